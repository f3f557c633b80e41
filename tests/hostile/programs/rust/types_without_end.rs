// A function that needs itself for ever larger types.
// expect: Rejected
// says: recursion limit
fn grow<T>(depth: usize, _: T) {
    if depth > 0 {
        grow(depth - 1, (depth, [0u8; 0]).map_to::<(T, T)>());
    }
}

trait MapTo: Sized {
    fn map_to<U>(self) -> Option<U> {
        None
    }
}
impl<A> MapTo for A {}

fn main() {
    grow(std::env::args().count(), ());
}
