package rank

import (
	"cmp"
	"slices"
	"strings"
)

// shortest word that is compared by its letters: shorter ones are all alike.
const shortest = 4

// spelled reports whether the word can be told by its letters.
func spelled(w string) bool {
	return len(w) >= shortest && len(w) <= maxWord && !hasDigit(w)
}

// closest gives the terms that resemble a word most by the groups of three
// letters that they share, with the credit that they get for it, at most
// maxNear. known says that the corpus holds the word itself.
func (c *Corpus) closest(s *scratch, word string, known bool) []near {
	if !spelled(word) {
		return nil
	}
	least, credit := float32(unknownLeast), float32(unknownCredit)
	if known {
		least, credit = knownLeast, knownCredit
	}
	own := trigrams(word)
	var out []near
	for _, id := range c.sharing(s, own) {
		shared := int(s.shared[id])
		s.shared[id] = 0
		l := dice(shared, len(own), len(c.words[id]))
		if !known && shared*3 >= len(own) {
			l = max(l, slip(word, c.words[id]))
		}
		if l >= least && c.holds(id) && c.words[id] != word {
			out = append(out, near{id, l * credit})
		}
	}
	slices.SortFunc(out, func(a, b near) int {
		return cmp.Or(cmp.Compare(b.likeness, a.likeness), strings.Compare(c.words[a.id], c.words[b.id]))
	})
	return out[:min(maxNear, len(out))]
}

// sharing are the terms that share groups of letters with a word; how many
// each does is left in the scratch.
func (c *Corpus) sharing(s *scratch, groups [][3]byte) []int32 {
	s.words = s.words[:0]
	for _, g := range groups {
		for _, id := range numbers(&c.lex.grams, g) {
			if int(id) >= len(c.words) {
				break // the lists are in order, and later ones are not ours
			}
			if s.shared[id] == 0 {
				s.words = append(s.words, id)
			}
			s.shared[id]++
		}
	}
	return s.words
}

// dice is the share of letter groups that two words have in common, for forms
// that a stemmer leaves apart. A word has as many groups as letters.
func dice(shared, groups, other int) float32 {
	return 2 * float32(shared) / float32(groups+other)
}

// slip is the share of letters that need no change where few do, as of a slip
// of the finger; 0 where more do.
func slip(a, b string) float32 {
	longest := max(len(a), len(b))
	allowed := 1
	if longest >= 8 {
		allowed = 2
	}
	if longest-min(len(a), len(b)) > allowed {
		return 0
	}
	edits := distance(a, b)
	if edits > allowed {
		return 0
	}
	return 1 - float32(edits)/float32(longest)
}

// trigrams of the word with its edges marked, each once.
func trigrams(w string) [][3]byte {
	out := make([][3]byte, 0, len(w))
	padded := "^" + w + "$"
	for i := 0; i+3 <= len(padded); i++ {
		if g := [3]byte{padded[i], padded[i+1], padded[i+2]}; !slices.Contains(out, g) {
			out = append(out, g)
		}
	}
	return out
}

// distance counts the letters to insert, drop, change or swap with their
// neighbour to make a into b. Both are at most maxWord long.
func distance(a, b string) int {
	var rows [3][maxWord + 1]int
	before, prev, cur := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], before[j-2]+1)
			}
		}
		before, prev, cur = prev, cur, before
	}
	return prev[len(b)]
}
