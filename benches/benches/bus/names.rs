//! Names and patterns.

/// Names by Zipf's law, drawn before they are needed.
pub(crate) struct Names {
    drawn: Vec<String>,
    next: usize,
}

impl Names {
    /// Of so many names, each half as often as one that stands half as far back.
    pub(crate) fn new(count: usize) -> Self {
        let mut random = fastrand::Rng::with_seed(7);
        let weights: Vec<f64> = (1..=u32::try_from(count).unwrap_or(u32::MAX))
            .map(|rank| 1.0 / f64::from(rank))
            .collect();
        let total: f64 = weights.iter().sum();
        let mut sums = Vec::with_capacity(count);
        let mut sum = 0.0;
        for weight in weights {
            sum += weight / total;
            sums.push(sum);
        }
        let draw = |random: &mut fastrand::Rng| {
            let at = random.f64();
            format!("name.{}", sums.partition_point(|sum| *sum < at))
        };
        Self {
            drawn: (0..65_536).map(|_| draw(&mut random)).collect(),
            next: 0,
        }
    }

    pub(crate) fn next(&mut self) -> &str {
        self.next = (self.next + 1) % self.drawn.len();
        self.drawn.get(self.next).map_or("", String::as_str)
    }
}

/// So many patterns that stand for no name that is published: names, beginnings, ends, both, and texts in between.
pub(crate) fn patterns(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|number| match number % 5 {
        0 => format!("other.{number}"),
        1 => format!("tenant{number}.*"),
        2 => format!("*.created{number}"),
        3 => format!("t{number}.*.paid"),
        _ => format!("*batch{number}*"),
    })
}
