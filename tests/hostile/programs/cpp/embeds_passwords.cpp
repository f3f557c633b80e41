// Embeds the file of passwords, as C++26 can.
// expect: Rejected
// says: /etc/shadow
const unsigned char passwords[] = {
#embed "/etc/shadow"
};
int main() { return sizeof passwords; }
