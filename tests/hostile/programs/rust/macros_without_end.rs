// A macro that calls itself.
// expect: Rejected
// says: recursion limit reached
macro_rules! deeper {
    ($($t:tt)*) => { deeper!(x $($t)*) };
}

fn main() {
    deeper!(x);
}
