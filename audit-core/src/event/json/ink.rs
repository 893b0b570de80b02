//! [`Ink`]: writes pieces behind one another into memory that is there, and looks once for each whether it ends.

/// More than most envelopes take.
const MOSTLY: usize = 1536;

/// Writes behind what stands in a buffer.
///
/// The buffer is longer than what is written until the writing ends: a piece whose length is known is then a move of that many
/// bytes, and not a call.
pub(super) struct Ink<'o> {
    paper: &'o mut Vec<u8>,
    start: usize,
    at: usize,
}

impl<'o> Ink<'o> {
    /// Begins here, over what stands there.
    pub(super) fn at(start: usize, paper: &'o mut Vec<u8>) -> Self {
        if paper.len() < start + MOSTLY {
            paper.resize(start + MOSTLY, 0);
        }
        Self {
            paper,
            start,
            at: start,
        }
    }

    /// Where it came to.
    pub(super) fn end(&self) -> usize {
        self.at
    }

    /// A piece of a length that is known.
    #[inline(always)]
    pub(super) fn put<const N: usize>(&mut self, piece: &[u8; N]) {
        let room = self.paper.get_mut(self.at..).unwrap_or_default();
        if let Some(place) = room.first_chunk_mut() {
            *place = *piece;
            self.at += N;
        } else {
            self.turn([piece, b"", b""]);
        }
    }

    /// A piece of any length.
    #[inline]
    pub(super) fn copy(&mut self, piece: &[u8]) {
        self.between(b"", piece, b"");
    }

    /// A piece of any length between two that are known.
    #[inline]
    pub(super) fn between<const A: usize, const B: usize>(
        &mut self,
        before: &[u8; A],
        piece: &[u8],
        behind: &[u8; B],
    ) {
        let end = self.at + A + piece.len() + B;
        let place = self.paper.get_mut(self.at..end);
        let split = place.and_then(|place| {
            let (first, rest) = place.split_first_chunk_mut()?;
            let (middle, last) = rest.split_last_chunk_mut()?;
            Some((first, middle, last))
        });
        let Some((first, middle, last)) = split else {
            return self.turn([before, piece, behind]);
        };
        *first = *before;
        *last = *behind;
        // Short ones are moved as their first and their last half, which may overlap.
        if !(halves::<16>(middle, piece)
            || halves::<8>(middle, piece)
            || halves::<4>(middle, piece))
        {
            middle.copy_from_slice(piece);
        }
        self.at = end;
    }

    /// What finds no room: there is more then, as much again as this fact takes.
    #[cold]
    fn turn(&mut self, pieces: [&[u8]; 3]) {
        let length: usize = pieces.iter().map(|piece| piece.len()).sum();
        let end = self.at + length;
        self.paper.truncate(self.at);
        for piece in pieces {
            self.paper.extend_from_slice(piece);
        }
        let more = (end - self.start).max(MOSTLY);
        self.paper.resize(end + more, 0);
        self.at = end;
    }
}

/// Copies a piece that two halves of this length cover. Says whether they do.
#[inline(always)]
fn halves<const N: usize>(place: &mut [u8], piece: &[u8]) -> bool {
    if piece.len() > N * 2 {
        return false;
    }
    let (Some(first), Some(last)) = (piece.first_chunk::<N>(), piece.last_chunk::<N>()) else {
        return false;
    };
    if let Some(place) = place.first_chunk_mut() {
        *place = *first;
    }
    if let Some(place) = place.last_chunk_mut() {
        *place = *last;
    }
    true
}

impl std::io::Write for Ink<'_> {
    fn write(&mut self, piece: &[u8]) -> std::io::Result<usize> {
        self.copy(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
