use std::io::{read_to_string, stdin};

const ZERO: i64 = 100;

fn main() {
    let text = read_to_string(stdin()).unwrap();
    let words: Vec<&str> = text.split_whitespace().collect();
    let difficulty: i64 = words[0].parse().unwrap();
    let modifier: i64 = words[1].parse().unwrap();
    let mut table = vec![0.0f64; 2 * ZERO as usize + 1];
    table[ZERO as usize] = 1.0;
    for die in &words[4..] {
        let sides: i64 = die[2..].parse().unwrap();
        let sign = if die.starts_with('+') { 1 } else { -1 };
        let mut rolled = vec![0.0f64; table.len()];
        for (total, chance) in table.iter().enumerate().filter(|(_, chance)| **chance > 0.0) {
            for side in 1..=sides {
                rolled[(total as i64 + sign * side) as usize] += chance / sides as f64;
            }
        }
        table = rolled;
    }
    let mut answer = 0.0;
    for kept in 2..=20i64 {
        let ways = match words[2] {
            "straight" => 20,
            "advantage" => 2 * kept - 1,
            _ => 2 * (21 - kept) - 1,
        };
        let success: f64 = if kept == 20 {
            1.0
        } else {
            (0..table.len()).filter(|total| *total as i64 - ZERO + kept + modifier >= difficulty).map(|total| table[total]).sum()
        };
        answer += ways as f64 / 400.0 * success;
    }
    println!("{answer}");
}
