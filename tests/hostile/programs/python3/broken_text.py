# Bytes that are no text in the encoding that it names.
# expect: Rejected
# says: utf-8
print("ÿþ")
