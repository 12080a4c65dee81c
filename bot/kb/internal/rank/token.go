package rank

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxTokens bounds the work that one text can cause; what a person asks is
// far shorter, and a longer article is cut into parts by its author.
const maxTokens = 20_000

// maxWord is the longest run of letters taken for a word, in bytes.
const maxWord = 64

// token is a word of a text.
type token struct {
	// text is in lower case, composed, with its accents; folded is without.
	text, folded string
}

// tokenize cuts a text of a language into words. A code, that is words joined by a hyphen, a
// low line or a dot of which one holds a digit or that are joined by a low
// line, is given in one piece and in its parts. Clock times and bare
// punctuation are nobody's topic and are left out.
func tokenize(lang, text string) []token {
	rs := []rune(lower(text))
	var out []token
	for i := 0; i < len(rs) && len(out) < maxTokens; {
		if !wordRune(rs[i]) {
			i++
			continue
		}
		end, joined, clock := scan(rs, i)
		run := rs[i:end]
		i = end
		if clock {
			continue
		}
		parts := split(run)
		if joined && len(parts) > 1 && isCode(run) {
			if whole := string(run); len(whole) <= maxWord {
				out = append(out, token{text: whole, folded: fold(whole)})
			}
		}
		for _, p := range parts {
			if p = strings.TrimSuffix(p, "'s"); len(p) > maxWord {
				continue
			}
			if p = strings.ReplaceAll(p, "'", ""); p == "" {
				continue
			}
			out = append(out, token{text: p, folded: fold(p)})
		}
	}
	return joinPhrases(lang, out)
}

// joinPhrases makes one word of those that people write apart: log in, set up.
func joinPhrases(lang string, ts []token) []token {
	known := phrases[lang]
	if known == nil {
		return ts
	}
	out := ts[:0]
	for i := 0; i < len(ts); i++ {
		if i+1 < len(ts) {
			if one, ok := known[[2]string{ts[i].folded, ts[i+1].folded}]; ok {
				out = append(out, token{text: one, folded: one})
				i++
				continue
			}
		}
		out = append(out, ts[i])
	}
	return out
}

// lower is the text in lower case, composed, with one kind of apostrophe.
func lower(text string) string {
	return norm.NFKC.String(strings.ToLower(strings.ToValidUTF8(text, " ")))
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// scan finds the end of the run that starts at i: word runes and single joiners
// between them. joined reports whether there were any, clock whether it is a
// time of day such as 9:50 or 14:05:00.
func scan(rs []rune, i int) (end int, joined, clock bool) {
	for end = i + 1; end < len(rs); end++ {
		if wordRune(rs[end]) {
			continue
		}
		next := end+1 < len(rs) && wordRune(rs[end+1])
		if !next {
			break
		}
		switch rs[end] {
		case '-', '_':
			joined = true
		case '.':
			if !unicode.IsDigit(rs[end-1]) || !unicode.IsDigit(rs[end+1]) {
				return end, joined, false
			}
			joined = true
		case '\'', '’':
		case ':':
			if !unicode.IsDigit(rs[end-1]) || !unicode.IsDigit(rs[end+1]) {
				return end, joined, false
			}
			clock = true
		default:
			return end, joined, clock
		}
	}
	return end, joined, clock
}

// split cuts a run at its joiners.
func split(run []rune) []string {
	return strings.FieldsFunc(strings.ReplaceAll(string(run), "’", "'"), func(r rune) bool {
		return r == '-' || r == '_' || r == '.'
	})
}

// isCode tells an identifier from ordinary words that a hyphen joins.
func isCode(run []rune) bool {
	for _, r := range run {
		if r == '_' || unicode.IsDigit(r) {
			return true
		}
	}
	return false
}

// fold takes the accents away: people type them or not.
func fold(s string) string {
	ascii := true
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			ascii = false
			break
		}
	}
	if ascii {
		return s
	}
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}
