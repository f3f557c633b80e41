print("Hello World!")
print("Hello World!")
