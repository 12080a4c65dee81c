package slack

import (
	"strings"
	"unicode/utf8"
)

// reader turns Slack's markup into the plain text that people see.
type reader struct {
	me string // our user id: mentions of it are left out
	// name is what Slack shows for a user, "" when that is not known.
	name func(user string) string
}

// plain answers the text and whether it mentions us. Mentions become @names,
// channels #names, links "label (address)", and the three entities that Slack
// writes are characters again. What is not well-formed markup stays as it is.
func (r reader) plain(s string) (text string, mentioned bool) {
	var b strings.Builder
	for s != "" {
		start := strings.IndexByte(s, '<')
		if start < 0 {
			b.WriteString(unescape(s))
			break
		}
		b.WriteString(unescape(s[:start]))
		s = s[start+1:]
		end := strings.IndexAny(s, "<>")
		if end < 0 || s[end] == '<' || end == 0 {
			b.WriteByte('<') // a bracket that opens nothing
			continue
		}
		token := s[:end]
		s = s[end+1:]
		if user, _, _ := strings.Cut(token, "|"); user == "@"+r.me && r.me != "" {
			mentioned = true
			s = dropMention(&b, s)
			continue
		}
		b.WriteString(r.token(token))
	}
	return strings.TrimSpace(strings.ToValidUTF8(b.String(), "�")), mentioned
}

// dropMention takes the blanks and the punctuation that follow a mention of us
// at the beginning ("@sereno: take"), and one blank of the two around it elsewhere.
func dropMention(b *strings.Builder, rest string) string {
	before := b.String()
	if strings.TrimSpace(before) == "" {
		return strings.TrimLeft(rest, " \t,:")
	}
	if strings.HasSuffix(before, " ") {
		return strings.TrimPrefix(rest, " ")
	}
	return rest
}

// token reads what stands between < and >.
func (r reader) token(t string) string {
	body, label, labelled := strings.Cut(t, "|")
	label = unescape(label)
	switch body[:min(1, len(body))] {
	case "@":
		id := body[1:]
		if r.name != nil {
			if name := r.name(id); name != "" {
				return "@" + name
			}
		}
		if label != "" {
			return "@" + strings.TrimPrefix(label, "@")
		}
		return "@" + id
	case "#":
		if label != "" {
			return "#" + strings.TrimPrefix(label, "#")
		}
		return "#" + body[1:]
	case "!":
		return special(body[1:], label)
	}
	address := unescape(body)
	switch {
	case !labelled || label == "" || label == address || "mailto:"+label == address || "tel:"+label == address:
		return bare(address)
	case strings.TrimPrefix(strings.TrimPrefix(address, "https://"), "http://") == strings.TrimSuffix(label, "/"):
		return address
	}
	return label + " (" + bare(address) + ")"
}

// bare is an address without the scheme that nobody typed.
func bare(address string) string {
	return strings.TrimPrefix(strings.TrimPrefix(address, "mailto:"), "tel:")
}

// special reads <!here>, <!subteam^S1|@oncall>, <!date^…|fallback> and the like.
func special(body, label string) string {
	name, _, _ := strings.Cut(body, "^")
	switch {
	case name == "date":
		return label
	case label != "":
		return "@" + strings.TrimPrefix(label, "@")
	}
	return "@" + name
}

var entities = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">")

func unescape(s string) string { return entities.Replace(s) }

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// escape makes text inert in any of Slack's text objects: no mention, channel
// or link can be written without these three characters.
func escape(s string) string { return escaper.Replace(clean(s)) }

// clean drops what no text may hold: broken UTF-8 and control characters.
func clean(s string) string {
	ok := func(r rune) bool { return r == '\n' || r == '\t' || (r >= ' ' && r != 0x7f && r != utf8.RuneError) }
	if utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return !ok(r) }) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if ok(r) {
			return r
		}
		if r == utf8.RuneError {
			return '�'
		}
		return -1
	}, s)
}

// width is how many characters the rune takes when escaped.
func width(r rune) int {
	switch r {
	case '&':
		return 5
	case '<', '>':
		return 4
	}
	return 1
}

// cut shortens the text so that, escaped, it has at most max characters; what
// was cut shows as "…".
func cut(s string, max int) string {
	s = clean(s)
	total, keep := 0, len(s)
	for i, r := range s {
		if total+width(r) > max-1 && keep == len(s) {
			keep = i
		}
		total += width(r)
		if total > max {
			return strings.TrimRight(s[:keep], " \n\t") + "…"
		}
	}
	return s
}

// pieces cuts a long text into parts that, escaped, have at most max characters
// each: between paragraphs where there are any, else lines, else words.
func pieces(s string, max int) []string {
	s = strings.Trim(clean(s), "\n")
	var out []string
	for s != "" {
		end := fits(s, max)
		if end < len(s) {
			end = goodBreak(s, end)
		}
		if p := strings.TrimRight(strings.Trim(s[:end], "\n"), " "); strings.TrimSpace(p) != "" {
			out = append(out, p)
		}
		s = strings.TrimLeft(s[end:], "\n ")
	}
	return out
}

// fits is the length in bytes of the longest beginning that has at most max characters, escaped.
func fits(s string, max int) int {
	total := 0
	for i, r := range s {
		if total += width(r); total > max {
			return i
		}
	}
	return len(s)
}

// goodBreak is the best place to break s at or before end; in the latter half,
// so that parts do not become tiny.
func goodBreak(s string, end int) int {
	for _, at := range []string{"\n\n", "\n", " "} {
		if i := strings.LastIndex(s[:end], at); i >= end/2 {
			return i + len(at)
		}
	}
	return end
}
