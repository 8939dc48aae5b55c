//! One line as WhatsApp shall read it: our marks mark, everything else is what it is.

use super::spans::SIGNS;

/// A line that is being written.
#[derive(Default)]
pub(super) struct Line {
    letters: Vec<Letter>,
}

struct Letter {
    c: char,
    is: Is,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Is {
    /// Of somebody's words; a look-alike may stand for it.
    Word,
    /// Within a mark of ours that this sign would end.
    WordInMark,
    /// Has to stay as it is: an address, code.
    Fixed,
    /// Begins a mark of ours; it ends so many letters later.
    Begins(usize),
    /// Ends one.
    Ends,
    /// A mark that would not be one here, in the middle of a word.
    Nothing,
}

impl Line {
    /// Somebody's words. `around` are the signs of the marks that they are in.
    pub(super) fn words(&mut self, words: &str, around: &[char]) {
        self.letters.extend(words.chars().map(|c| Letter {
            c,
            is: if around.contains(&c) {
                Is::WordInMark
            } else {
                Is::Word
            },
        }));
    }

    /// What has to stay as it is.
    pub(super) fn fixed(&mut self, text: &str) {
        self.letters
            .extend(text.chars().map(|c| Letter { c, is: Is::Fixed }));
    }

    /// Whether what was written last would be read as one word, or address, with what follows.
    pub(super) fn needs_space_before(&self, next: &str) -> bool {
        let ends_address = self
            .letters
            .last()
            .is_some_and(|last| last.is == Is::Fixed && !last.c.is_whitespace());
        ends_address && next.starts_with(|c: char| !c.is_whitespace() && !c.is_ascii_punctuation())
    }

    /// Words within a mark.
    pub(super) fn marked(&mut self, sign: char, write: impl FnOnce(&mut Self)) {
        let begin = self.letters.len();
        self.letters.push(Letter {
            c: sign,
            is: Is::Nothing,
        });
        write(self);
        let length = self.letters.len() - begin;
        self.letters[begin].is = Is::Begins(length);
        self.letters.push(Letter {
            c: sign,
            is: Is::Ends,
        });
    }

    /// The line as it is sent. `begins` is whether nothing stands before it.
    pub(super) fn finish(mut self, begins: bool) -> String {
        self.drop_marks_within_words();
        self.letters.retain(|letter| letter.is != Is::Nothing);
        for (sign, _) in SIGNS {
            self.make_harmless(sign);
        }
        self.make_harmless('`');
        let text = self
            .letters
            .iter()
            .map(|letter| letter.c)
            .collect::<String>();
        let first_is_word = self
            .letters
            .first()
            .is_some_and(|first| first.is == Is::Word);
        match begins && first_is_word {
            true => harmless_beginning(text),
            false => text,
        }
    }

    /// A mark beside a letter would not be one, and its sign would be seen.
    fn drop_marks_within_words(&mut self) {
        let is_sign = |letter: &Letter| matches!(letter.is, Is::Begins(_) | Is::Ends);
        let letters = &self.letters;
        // Whether a letter of a word stands before each place, and after it, with signs of ours between them or not.
        let mut before = Vec::with_capacity(letters.len());
        let mut in_word = false;
        for letter in letters {
            before.push(in_word);
            if !is_sign(letter) {
                in_word = letter.c.is_alphanumeric();
            }
        }
        let mut after = vec![false; letters.len()];
        in_word = false;
        for (place, letter) in letters.iter().enumerate().rev() {
            after[place] = in_word;
            if !is_sign(letter) {
                in_word = letter.c.is_alphanumeric();
            }
        }
        for place in 0..self.letters.len() {
            if let Is::Begins(length) = self.letters[place].is
                && (before[place] || after[place + length])
            {
                self.letters[place].is = Is::Nothing;
                self.letters[place + length].is = Is::Nothing;
            }
        }
    }

    /// Puts look-alikes in the place of those signs which would mark something: between two of them that could be the
    /// edges of a mark, or beside one of ours.
    ///
    /// Reads more widely than we do ourselves: phones may.
    fn make_harmless(&mut self, sign: char) {
        let letters = &self.letters;
        let neighbour = |place: Option<usize>| {
            place
                .and_then(|place| letters.get(place))
                .map(|letter| letter.c)
        };
        let in_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
        let mut ours = false;
        let (mut first_begin, mut last_end) = (usize::MAX, 0);
        let mut edges = Vec::new();
        for (place, letter) in letters
            .iter()
            .enumerate()
            .filter(|(_, letter)| letter.c == sign)
        {
            if matches!(letter.is, Is::Begins(_) | Is::Ends) {
                ours = true;
                continue;
            }
            let (before, after) = (neighbour(place.checked_sub(1)), neighbour(Some(place + 1)));
            let begins = !blank(after) && !in_word(before);
            let ends = !blank(before) && !in_word(after);
            // Where backticks count, phones don't agree.
            let (begins, ends) = (begins || sign == '`', ends || sign == '`');
            if begins {
                first_begin = first_begin.min(place);
            }
            if ends {
                last_end = place;
            }
            if begins || ends || letter.is == Is::WordInMark {
                edges.push(place);
            }
        }
        let harmful = ours || first_begin < last_end;
        for place in edges {
            let letter = &mut self.letters[place];
            if matches!(letter.is, Is::Word | Is::WordInMark)
                && (harmful || letter.is == Is::WordInMark)
            {
                letter.c = look_alike(sign);
            }
        }
    }
}

/// What looks like a sign and marks nothing.
pub(super) fn look_alike(sign: char) -> char {
    match sign {
        '*' => '∗',
        '_' => '＿',
        '~' => '∼',
        '`' => '‘',
        '>' => '›',
        other => other,
    }
}

/// Words in which nothing can mark, in one line.
pub(super) fn harmless(words: &str) -> String {
    words
        .chars()
        .map(|c| {
            if civic::rich::is_line_end(c) {
                ' '
            } else {
                look_alike(c)
            }
        })
        .collect()
}

/// A line that begins neither a quote nor a list. `- a` and `1. a` look the same with a no-break space.
fn harmless_beginning(line: String) -> String {
    if let Some(rest) = line.strip_prefix('>') {
        return format!("{}{rest}", look_alike('>'));
    }
    let sign = match line.chars().next() {
        Some('-' | '*') => 1,
        _ => {
            let digits = line.bytes().take_while(u8::is_ascii_digit).count();
            if digits == 0 || !line[digits..].starts_with('.') {
                return line;
            }
            digits + 1
        }
    };
    match line[sign..].strip_prefix(' ') {
        Some(rest) => format!("{}\u{a0}{rest}", &line[..sign]),
        None => line,
    }
}
