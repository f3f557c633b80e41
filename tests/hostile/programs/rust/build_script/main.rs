// Brings a build script and a manifest along, which a build tool would run.
// expect: Exited 0
// says: built without it
fn main() {
    println!("built without it");
}
