// A constant that is never computed.
// expect: Rejected
// says: constant evaluation is taking a long time
const fn forever() -> u64 {
    let mut n = 0;
    loop {
        n += 1;
        if n == u64::MAX {
            return n;
        }
    }
}
const VALUE: u64 = forever();

fn main() {
    println!("{VALUE}");
}
