use std::io::{read_to_string, stdin};

fn main() {
    let text = read_to_string(stdin()).unwrap();
    for word in text.split_whitespace().skip(1).step_by(2) {
        println!("{word}");
    }
}
