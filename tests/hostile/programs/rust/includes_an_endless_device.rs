// Includes a device that never ends.
// expect: Rejected
static NOTHING: &[u8] = include_bytes!("/dev/zero");

fn main() {
    println!("{}", NOTHING.len());
}
