package kb

import (
	"strings"
	"unicode/utf8"

	"sereno/bot/kb/internal/plain"
)

// maxPassage is the length of a passage, in characters.
const maxPassage = 300

// Opening is the passage with which the article begins.
func (a *Article) Opening() string { return passage(plain.Sentences(a.Text), 0) }

// Passage is one of an earlier version as it reads now; the opening where it is gone.
func (a *Article) Passage(before string) string {
	sentences := plain.Sentences(a.Text)
	for i := range sentences {
		if passage(sentences, i) == before {
			return before
		}
	}
	return passage(sentences, 0)
}

// passage is the text from the sentence that answers on: a heading is followed
// by what it announces, and whole sentences are added while they fit.
func passage(sentences []plain.Sentence, best int) string {
	if best >= len(sentences) {
		return ""
	}
	var b strings.Builder
	length := 0
	for i := best; i < len(sentences); i++ {
		s := sentences[i]
		if i > best && s.Heading {
			break
		}
		text := s.Text
		if s.Number != "" {
			text = s.Number + ". " + text
		}
		if s.Heading && !strings.ContainsAny(text[len(text)-1:], ".:!?…") {
			text += ":"
		}
		n := utf8.RuneCountInString(text)
		if i > best {
			n++
		}
		if length+n > maxPassage {
			if length < maxPassage/4 { // too little to stand alone
				if length > 0 {
					b.WriteByte(' ')
					length++
				}
				b.WriteString(shorten(text, maxPassage-length))
			}
			break
		}
		if i > best {
			b.WriteByte(' ')
		}
		b.WriteString(text)
		length += n
	}
	return b.String()
}

// shorten cuts a text to at most n characters, at a word where there is one,
// and shows that it was cut.
func shorten(text string, n int) string {
	runes := []rune(text)
	if len(runes) <= n {
		return text
	}
	cut := string(runes[:n-1])
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:.") + "…"
}
