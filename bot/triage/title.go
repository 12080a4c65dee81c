package triage

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxTitle is the longest title, in characters; shortTitle one that wants the
// next sentence beside it ("Urgente!").
const (
	maxTitle   = 80
	shortTitle = 12
	// maxRead is how much of a text is looked at, in bytes: what it is about
	// comes early.
	maxRead = 4096
	// maxGreeting is the longest greeting, in words.
	maxGreeting = 12
)

// Title is what a request is about in one line of at most 80 characters: its
// first sentence without greetings, cut at a word. Of a text that is small talk
// throughout it is the beginning; of an empty one it is empty.
func Title(text string) string {
	if len(text) > maxRead {
		text = text[:maxRead]
	}
	sentences := sentences(strings.ToValidUTF8(text, " "))
	var title string
	for _, s := range sentences {
		if s = withoutGreeting(s); s == "" {
			continue
		}
		if title != "" {
			title += " "
		}
		title += s
		if utf8.RuneCountInString(title) >= shortTitle {
			break
		}
	}
	if title == "" && len(sentences) > 0 {
		title = sentences[0]
	}
	return cut(strings.TrimRight(title, ".,;: "))
}

// sentences cuts a text at the ends of lines and sentences, with single spaces
// inside and none that is without a letter or digit unless all are.
func sentences(text string) []string {
	var out, bare []string
	var b strings.Builder
	end := func() {
		s := strings.Join(strings.FieldsFunc(b.String(), blank), " ")
		b.Reset()
		switch {
		case s == "":
		case strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }):
			out = append(out, s)
		default:
			bare = append(bare, s)
		}
	}
	rs := []rune(text)
	for i, r := range rs {
		if r == '\n' || r == '\r' {
			end()
			continue
		}
		b.WriteRune(r)
		if strings.ContainsRune(".!?…", r) && (i+1 == len(rs) || blank(rs[i+1])) {
			end()
		}
	}
	end()
	if out == nil {
		return bare
	}
	return out
}

// blank is space of any kind, or a character that is not seen.
func blank(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
}

// withoutGreeting takes small talk from the beginning of a sentence: clause by
// clause, then phrase by phrase. It is empty when nothing else is there.
func withoutGreeting(s string) string {
	if Classify(s).SmallTalk() {
		return ""
	}
	for {
		i := strings.IndexAny(s, ",:;")
		if i < 0 || !opens(s[:i]) {
			break
		}
		s = strings.TrimSpace(s[i+1:])
	}
	ws := strings.Fields(s)
	if n := greetingLength(ws); n < len(ws) {
		ws = ws[n:]
	}
	return strings.Join(ws, " ")
}

// opens reports whether a clause is what one says before coming to the point.
func opens(clause string) bool {
	c := Classify(clause)
	return c == Greeting || c == Empty || address[plain(clause)]
}

// address are words for whom one speaks to.
var address = plainSet(`equipo team gente chicos todos everyone folks guys amigos`)

// greetingLength is the number of words at the beginning that greet, with
// those who are greeted: "buen día a todos", "hi @ana".
func greetingLength(fields []string) int {
	ws := make([]word, min(len(fields), maxGreeting))
	for i, f := range fields[:len(ws)] {
		rs := []rune(f)
		ws[i] = newWord(rs, rs[0] == '@')
	}
	i := 0
	for greeted := false; i < len(ws); {
		p, n := longest(ws[i:])
		switch {
		case n > 0 && p.class == Greeting:
			greeted = true
		case !greeted:
			return 0
		case n > 0 && p.class == filler && (p.asks || address[ws[i+n-1].plain]):
		case ws[i].mention || names[ws[i].folded]:
			n = 1
		default:
			return i
		}
		i += n
	}
	return i
}

// cut shortens a text to a title's length, at a word where there is one.
func cut(s string) string {
	rs := []rune(s)
	if len(rs) <= maxTitle {
		return s
	}
	short := string(rs[:maxTitle-1])
	if !blank(rs[maxTitle-1]) {
		if i := strings.LastIndexByte(short, ' '); i > len(short)/2 {
			short = short[:i]
		}
	}
	return strings.TrimRight(short, " .,;:") + "…"
}
