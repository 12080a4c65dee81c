package triage

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// word of a message.
type word struct {
	// folded has no accents, no upper case and no stretched letters: "graciasss"
	// and "Grácias" are one. plain keeps the doubled letters.
	folded, plain string
	mention       bool // @somebody
	capital       bool // Written So, not SO
	end           end
}

// end is what follows a word.
type end int

const (
	open  end = iota // the next word
	pause            // a comma, an emoji
	stop             // the end of a sentence, a line or the text
)

// message is a text as read for small talk.
type message struct {
	words    []word
	question bool // holds a question mark
	// approving: holds a thumb up or the like. mayAsk: holds a courtesy that is a
	// question by itself ("how are you?").
	approving, mayAsk bool
	// clock: a time of day was taken out. fillers: words that mean nothing alone.
	clock, fillers bool
}

var (
	shortName = regexp.MustCompile(`:[a-z0-9_+'-]{1,40}:`)
	timeOfDay = regexp.MustCompile(`\b([01]?\d|2[0-3])(:[0-5]\d(:[0-5]\d)?( ?[ap]\.?m\b)?| ?(hs|hrs|h|am|pm)\b)`)
)

// read cuts a text into words. It refuses a text with something that small
// talk never holds.
func read(text string) (message, bool) {
	var m message
	if !utf8.ValidString(text) {
		return m, false
	}
	text = norm.NFKC.String(text)
	for _, name := range shortName.FindAllString(strings.ToLower(text), -1) {
		if alarming[strings.Trim(name, ":")] {
			return m, false
		}
		m.approving = m.approving || approving[strings.Trim(name, ":")]
	}
	text = replaceFold(shortName, text)
	m.clock = timeOfDay.MatchString(strings.ToLower(text))
	text = replaceFold(timeOfDay, text)
	if strings.Contains(text, "://") || strings.Contains(text, "www.") || strings.Contains(text, "```") {
		return m, false
	}
	rs := []rune(text)
	for i := 0; i < len(rs); {
		r := rs[i]
		switch {
		case r == '?' || r == '¿':
			m.question = true
			m.end(stop)
		case unicode.IsDigit(r) || unicode.IsNumber(r):
			return m, false
		case unicode.IsLetter(r):
			n := wordLength(rs[i:])
			m.words = append(m.words, newWord(rs[i:i+n], i > 0 && rs[i-1] == '@'))
			i += n
			continue
		case alarming[string(r)]:
			return m, false
		case approving[string(r)]:
			m.approving = true
			m.end(pause)
		case r == '\n':
			m.end(stop)
		case r == '@' || unicode.IsSpace(r):
		case unicode.IsControl(r), r == '\\', r == '{', r == '}', r == '<', r == '=', r == '#', r == '$', r == '%', r == '/', r == '`':
			return m, false // code, amounts, paths
		case r == ',':
			m.end(pause)
		case unicode.IsPunct(r):
			m.end(stop)
		}
		i++
	}
	m.end(stop)
	return m, true
}

// replaceFold takes the matches of a lower-case pattern out of the text.
func replaceFold(re *regexp.Regexp, text string) string {
	lower := strings.ToLower(text)
	if len(lower) != len(text) {
		text = lower // letters whose case changes their length; capitals do not matter that much
	}
	var b strings.Builder
	at := 0
	for _, span := range re.FindAllStringIndex(lower, -1) {
		b.WriteString(text[at:span[0]])
		b.WriteByte(' ')
		at = span[1]
	}
	b.WriteString(text[at:])
	return b.String()
}

// end notes what follows the last word; a comma at the end of a line stays one.
func (m *message) end(e end) {
	if n := len(m.words); n > 0 && m.words[n-1].end == open {
		m.words[n-1].end = e
	}
}

// wordLength is the number of runes of the word: letters, marks and
// apostrophes between letters.
func wordLength(rs []rune) int {
	n := 1
	for n < len(rs) {
		inner := (rs[n] == '\'' || rs[n] == '’' || rs[n] == '_') && n+1 < len(rs) && unicode.IsLetter(rs[n+1])
		if !unicode.IsLetter(rs[n]) && !unicode.IsMark(rs[n]) && !inner {
			break
		}
		n++
	}
	return n
}

func newWord(rs []rune, mention bool) word {
	w := word{mention: mention, plain: plain(string(rs))}
	w.folded = squeeze(w.plain)
	w.capital = unicode.IsUpper(rs[0])
	for _, r := range rs[1:] {
		if unicode.IsUpper(r) {
			w.capital = false
		}
	}
	w.capital = w.capital && len(rs) > 1
	return w
}

// plain takes accents, upper case and apostrophes away.
func plain(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		if unicode.IsLetter(r) || r == '_' {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// squeeze makes one letter of a letter repeated.
func squeeze(s string) string {
	var b strings.Builder
	var last rune
	for _, r := range s {
		if r != last {
			b.WriteRune(r)
		}
		last = r
	}
	return b.String()
}
