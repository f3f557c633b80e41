// Panics while it cleans up after a panic.
// expect: Signalled 6
struct Last;

impl Drop for Last {
    fn drop(&mut self) {
        panic!("again");
    }
}

fn main() {
    let _last = Last;
    panic!("once");
}
