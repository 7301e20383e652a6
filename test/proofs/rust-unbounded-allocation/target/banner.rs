//! Prints a text in the middle of a banner: the first line is its width, the second the text.
use std::io::{self, BufRead, Write};

/// The text between as many marks as make it so wide.
fn banner(width: usize, text: &str) -> Option<Vec<u8>> {
    let mut line = vec![b'*'; width];
    let start = width.checked_sub(text.len())? / 2;
    line[start..start + text.len()].copy_from_slice(text.as_bytes());
    Some(line)
}

fn main() -> io::Result<()> {
    let mut lines = io::stdin().lock().lines();
    let width = lines.next().transpose()?.unwrap_or_default();
    let text = lines.next().transpose()?.unwrap_or_default();
    let Ok(width) = width.trim().parse::<usize>() else {
        println!("no width");
        return Ok(());
    };
    match banner(width, &text) {
        Some(line) => {
            let shown = line.len().min(200);
            io::stdout().write_all(&line[..shown])?;
            println!();
        }
        None => println!("too narrow"),
    }
    Ok(())
}
