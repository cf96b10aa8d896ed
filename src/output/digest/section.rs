//! The sections of a digest, and how they share its lines.

/// What stands under one label.
pub(super) struct Section {
    pub label: String,
    /// Its lines, in their colours.
    pub rows: Vec<String>,
    /// The lines that it keeps where there is no room for all.
    pub least: usize,
    /// What there is beyond its lines.
    pub beyond: Beyond,
}

/// What a section does not show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beyond {
    /// Nothing: its lines are a text, which ends with `…` where it is cut.
    Text,
    /// So many more items.
    Items(u64),
    /// More items, and nobody says how many.
    Unknown,
}

impl Section {
    /// The lines that show all of it.
    pub(super) fn wanted(&self) -> usize {
        let is_whole = matches!(self.beyond, Beyond::Text | Beyond::Items(0));
        self.rows.len() + usize::from(!is_whole)
    }

    /// So many lines of it, the last of which says what is missing.
    pub(super) fn shown(&self, share: usize) -> Vec<String> {
        if share == 0 {
            return vec![];
        }
        let is_cut = share < self.wanted();
        let Some(more) = self
            .more(share)
            .filter(|_| is_cut || share > self.rows.len())
        else {
            let mut rows: Vec<String> = self.rows.iter().take(share).cloned().collect();
            if let Some(last) = rows.last_mut().filter(|_| is_cut) {
                last.push_str(" …");
            }
            return rows;
        };
        let kept = (share - 1).max(1).min(self.rows.len());
        let mut rows: Vec<String> = self.rows[..kept].to_vec();
        match rows.last_mut().filter(|_| kept == share) {
            Some(last) => *last = format!("{last}  {more}"),
            None => rows.push(more),
        }
        rows
    }

    /// How many items are not among so many lines.
    fn more(&self, share: usize) -> Option<String> {
        let hidden = self.rows.len().saturating_sub((share - 1).max(1)) as u64;
        match self.beyond {
            Beyond::Text => None,
            Beyond::Items(beyond) => Some(format!("… {} more", beyond + hidden)),
            Beyond::Unknown => Some("… and more".to_owned()),
        }
    }
}

/// How many lines each section gets: the least that it keeps, in their order, and
/// then what is left, one line each in turn.
pub(super) fn shares(sections: &[Section], lines: usize) -> Vec<usize> {
    let mut left = lines;
    let mut shares: Vec<usize> = sections
        .iter()
        .map(|section| {
            let share = section.least.min(section.wanted()).min(left);
            left -= share;
            share
        })
        .collect();
    loop {
        let before = left;
        for (share, section) in shares.iter_mut().zip(sections) {
            if left > 0 && *share < section.wanted() {
                *share += 1;
                left -= 1;
            }
        }
        if left == before {
            return shares;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn section(rows: usize, least: usize, beyond: Beyond) -> Section {
        Section {
            label: String::new(),
            rows: (0..rows).map(|at| at.to_string()).collect(),
            least,
            beyond,
        }
    }

    #[test]
    fn a_section_says_what_it_does_not_show() {
        for (rows, beyond, share, expected) in [
            (3, Beyond::Text, 3, &["0", "1", "2"][..]),
            (3, Beyond::Text, 2, &["0", "1 …"]),
            (3, Beyond::Items(0), 3, &["0", "1", "2"]),
            (3, Beyond::Items(0), 2, &["0", "… 2 more"]),
            (3, Beyond::Items(0), 1, &["0  … 2 more"]),
            (3, Beyond::Items(4), 4, &["0", "1", "2", "… 4 more"]),
            (3, Beyond::Items(4), 3, &["0", "1", "… 5 more"]),
            (1, Beyond::Items(4), 1, &["0  … 4 more"]),
            (2, Beyond::Unknown, 3, &["0", "1", "… and more"]),
            (3, Beyond::Unknown, 0, &[]),
        ] {
            let shown = section(rows, 1, beyond).shown(share);
            assert_eq!(shown, expected, "{rows} {beyond:?} {share}");
        }
    }

    #[test]
    fn what_is_left_goes_round() {
        let all = [
            section(1, 1, Beyond::Text),
            section(9, 2, Beyond::Text),
            section(9, 2, Beyond::Items(1)),
        ];
        assert_eq!(shares(&all, 100), [1, 9, 10]);
        assert_eq!(shares(&all, 10), [1, 5, 4]);
        assert_eq!(shares(&all, 2), [1, 1, 0]);
    }

    proptest! {
        #[test]
        fn no_more_lines_are_given_than_there_are(
            sizes in prop::collection::vec((1_usize..30, 0_usize..4, prop::option::of(0_u64..9)), 0..30),
            lines in 0_usize..50,
        ) {
            let all: Vec<Section> = sizes
                .iter()
                .map(|(rows, least, more)| section(*rows, *least, more.map_or(Beyond::Text, Beyond::Items)))
                .collect();
            let shares = shares(&all, lines);
            let used: usize = shares.iter().sum();
            let wanted: usize = all.iter().map(Section::wanted).sum();
            prop_assert_eq!(used, wanted.min(lines));
            for (section, share) in all.iter().zip(&shares) {
                prop_assert_eq!(section.shown(*share).len(), *share);
            }
        }
    }
}
