// It encrypts well, and then encrypts once more.
use std::io::{read_to_string, stdin};

fn main() {
    let text = read_to_string(stdin()).unwrap();
    for word in text.split_whitespace().skip(2) {
        println!("{}", word.bytes().map(|letter| char::from(b'a' + (letter - b'a' + 1) % 26)).collect::<String>());
    }
}
