fn main() {
    let greeting = String::from("Hello World!");
    let moved = greeting;
    println!("{greeting} {moved}");
}
