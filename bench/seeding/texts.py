"""Made-up Chinese and English messages."""

import random
from itertools import accumulate, batched

LETTERS = 3000
WORDS = 20_000


class Writer:
    """Writes texts whose letters and words have the frequencies of a language (Zipf's law); the same in every run."""

    def __init__(self) -> None:
        """Make up the letters and the words, the most frequent first."""
        self._rng = random.Random(1)  # noqa: S311
        self.letters = [chr(0x4E00 + number) for number in self._rng.sample(range(0x5000), LETTERS)]
        self.words = sorted({self._word() for _ in range(WORDS)})
        self._rng.shuffle(self.words)
        self._letter_weights = list(accumulate(1 / (rank + 3) for rank in range(len(self.letters))))
        self._word_weights = list(accumulate(1 / (rank + 3) for rank in range(len(self.words))))

    def write(self) -> str:
        """Return one message: mostly Chinese, some words of English."""
        length = self._rng.choice((10, 25, 50, 90, 180))
        letters = self._rng.choices(self.letters, cum_weights=self._letter_weights, k=length)
        words = self._rng.choices(self.words, cum_weights=self._word_weights, k=length // 5)
        sentences = ["".join(part) for part in batched(letters, 15)]
        return "，".join(sentences) + " " + " ".join(words)

    def _word(self) -> str:
        letters = self._rng.choices("etaoinshrdlucmfwypvbgkjqxz", range(26, 0, -1), k=self._rng.randint(2, 10))
        return "".join(letters)
