package rank

import (
	"cmp"
	"slices"
	"sync"
)

// spelling finds the terms of a vocabulary that a word may have been meant to
// be, by the groups of three letters that they share.
type spelling struct {
	words []string // sorted
	ids   []int32  // of each word
	// grams leads from a group of letters to the words that hold it.
	grams map[[3]byte][]int32
	// found remembers the answers for words of the vocabulary itself.
	found sync.Map
}

// shortest word that is compared by its letters: shorter ones are all alike.
const shortest = 4

func newSpelling(terms map[string]int32) *spelling {
	s := &spelling{grams: map[[3]byte][]int32{}}
	for w := range terms {
		if spelled(w) {
			s.words = append(s.words, w)
		}
	}
	slices.Sort(s.words)
	for i, w := range s.words {
		s.ids = append(s.ids, terms[w])
		for _, g := range trigrams(w) {
			s.grams[g] = append(s.grams[g], int32(i))
		}
	}
	return s
}

// spelled reports whether the word can be told by its letters.
func spelled(w string) bool {
	return len(w) >= shortest && len(w) <= maxWord && !hasDigit(w)
}

// closest gives the terms that resemble the word most, with the credit that
// they get for it, at most maxNear. known says that the word is one of the
// vocabulary: then the answer is remembered.
func (s *spelling) closest(scr *scratch, word string, known bool) []near {
	if !spelled(word) {
		return nil
	}
	if !known {
		return s.compare(scr, word, unknownLeast, unknownCredit)
	}
	if v, ok := s.found.Load(word); ok {
		return v.([]near)
	}
	out := s.compare(scr, word, knownLeast, knownCredit)
	s.found.Store(word, out)
	return out
}

func (s *spelling) compare(scr *scratch, word string, least, credit float32) []near {
	own := trigrams(word)
	touched := scr.words[:0]
	for _, g := range own {
		for _, i := range s.grams[g] {
			if scr.shared[i] == 0 {
				touched = append(touched, i)
			}
			scr.shared[i]++
		}
	}
	var out []near
	for _, i := range touched {
		shared := int(scr.shared[i])
		scr.shared[i] = 0
		other := s.words[i]
		if shared*4 < len(own) || max(len(other), len(word)) > min(len(other), len(word))+6 {
			continue
		}
		if l := likeness(word, other, shared, len(own)); l >= least {
			out = append(out, near{s.ids[i], l * credit})
		}
	}
	scr.words = touched[:0]
	slices.SortFunc(out, func(a, b near) int {
		return cmp.Or(cmp.Compare(b.likeness, a.likeness), cmp.Compare(a.id, b.id))
	})
	return slices.Clone(out[:min(maxNear, len(out))])
}

// likeness of two words, from 0 to 1: the better of the share of letter groups
// (Dice), for forms that a stemmer leaves apart, and of the letters that need
// no change, for slips of the finger.
func likeness(a, b string, shared, groups int) float32 {
	dice := 2 * float32(shared) / float32(groups+len(b))
	longest := max(len(a), len(b))
	allowed := 1
	if longest >= 8 {
		allowed = 2
	}
	if edits := distance(a, b); edits <= allowed {
		return max(dice, 1-float32(edits)/float32(longest))
	}
	return dice
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
