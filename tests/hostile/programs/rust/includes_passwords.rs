// Lays a file of root into the program.
// expect: Rejected
// says: Permission denied
static PASSWORDS: &[u8] = include_bytes!("/etc/shadow");

fn main() {
    println!("{}", PASSWORDS.len());
}
