package discord

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"sereno/bot/emoji"
	"sereno/bot/markup"
)

// readMax is how much of a text is read as markup, in bytes: more than anybody
// can write in a message. What is longer is plain.
const readMax = 20_000

// depthMax is how deep styles may be in one another.
const depthMax = 8

// reader turns Discord's markup
// (https://docs.discord.com/developers/reference#message-formatting and
// https://support.discord.com/hc/en-us/articles/210298617) into text.
type reader struct {
	me string // our user id: mentions of it are left out
	// user is what Discord shows for a person, role for a role and whether that
	// is ours, channel for a channel; "" when it is not known.
	user    func(id string) string
	role    func(id string) (name string, ours bool)
	channel func(id string) string

	mentioned bool
	formatted bool
	written   bool // something was read already: a mention of us is not at the beginning
}

// read answers the text as people see it, the same in Markdown if it has
// formatting, and whether it mentions us.
func (r reader) read(content string) (text, md string, mentioned bool) {
	content = strings.ReplaceAll(strings.ToValidUTF8(content, "�"), "\r\n", "\n")
	if len(content) > readMax {
		return emoji.Names(strings.TrimSpace(content)), "", false
	}
	doc := r.blocks(content)
	if !r.formatted {
		return strings.TrimSpace(flat(doc)), "", r.mentioned
	}
	doc = tidy(doc)
	return strings.TrimSpace(doc.Plain()), strings.TrimSpace(doc.Markdown()), r.mentioned
}

// tidy leaves out the line breaks around paragraphs, which stand between blocks anyway.
func tidy(doc markup.Doc) markup.Doc {
	var out markup.Doc
	for _, block := range doc {
		p, ok := block.(markup.Paragraph)
		if !ok {
			out = append(out, block)
			continue
		}
		if t, ok := p.Spans[0].(markup.Text); ok {
			p.Spans[0] = markup.Text(strings.TrimLeft(string(t), " \n"))
		}
		if t, ok := p.Spans[len(p.Spans)-1].(markup.Text); ok {
			p.Spans[len(p.Spans)-1] = markup.Text(strings.TrimRight(string(t), " \n"))
		}
		if t, ok := p.Spans[0].(markup.Text); !ok || len(p.Spans) > 1 || strings.TrimSpace(string(t)) != "" {
			out = append(out, p)
		}
	}
	return out
}

// flat is the text of a document without formatting, blank lines and all.
func flat(doc markup.Doc) string {
	var b strings.Builder
	for _, block := range doc {
		p, _ := block.(markup.Paragraph)
		for _, s := range p.Spans {
			t, _ := s.(markup.Text)
			b.WriteString(string(t))
		}
	}
	return b.String()
}

var fence = regexp.MustCompile("(?s)```(?:([a-zA-Z0-9_+.#-]+)\n)?\n*(.*?[^\n`].*?|[^\n`])\n*```")

// blocks reads the blocks: fences, wherever they stand, and lines between them.
func (r *reader) blocks(s string) markup.Doc {
	var doc markup.Doc
	rest := 0
	for _, at := range fence.FindAllStringSubmatchIndex(s, -1) {
		doc = append(doc, r.lines(s[rest:at[0]])...)
		lang := ""
		if at[2] >= 0 {
			lang = s[at[2]:at[3]]
		}
		doc = append(doc, markup.Fence{Lang: lang, Code: strings.TrimRight(s[at[4]:at[5]], "\n")})
		r.formatted, r.written = true, true
		rest = at[1]
	}
	return append(doc, r.lines(s[rest:])...)
}

var (
	headingLine = regexp.MustCompile(`^(#{1,3}) +(\S.*)$`)
	subtextLine = regexp.MustCompile(`^-# +(\S.*)$`)
	listLine    = regexp.MustCompile(`^( *)(?:[-*]|(\d{1,9})\.) +(\S.*)$`)
)

// lines reads what stands between fences.
func (r *reader) lines(s string) markup.Doc {
	if s == "" {
		return nil
	}
	var doc markup.Doc
	lines := strings.SplitAfter(s, "\n")
	for i := 0; i < len(lines); {
		line := strings.TrimSuffix(lines[i], "\n")
		switch {
		case strings.HasPrefix(line, ">>> ") && strings.TrimSpace(line[4:]) != "":
			r.formatted = true
			quoted := line[4:]
			if i+1 < len(lines) {
				quoted += "\n" + strings.Join(lines[i+1:], "")
			}
			return append(doc, markup.Quote{Blocks: r.paragraph(quoted)})
		case strings.HasPrefix(line, "> ") && strings.TrimSpace(line[2:]) != "":
			r.formatted = true
			var quoted []string
			for ; i < len(lines); i++ {
				l := strings.TrimSuffix(lines[i], "\n")
				if l != ">" && !strings.HasPrefix(l, "> ") {
					break
				}
				quoted = append(quoted, strings.TrimPrefix(strings.TrimPrefix(l, ">"), " "))
			}
			doc = append(doc, markup.Quote{Blocks: r.paragraph(strings.Join(quoted, "\n"))})
		case headingLine.MatchString(line):
			r.formatted = true
			m := headingLine.FindStringSubmatch(line)
			doc = append(doc, markup.Heading{Level: len(m[1]), Spans: r.spans(m[2], 0)})
			i++
		case subtextLine.MatchString(line):
			r.formatted = true
			doc = append(doc, r.paragraph(subtextLine.FindStringSubmatch(line)[1])...)
			i++
		case listLine.MatchString(line):
			var list markup.List
			list, i = r.list(lines, i, 0)
			doc = append(doc, list)
		default:
			var b strings.Builder
			for ; i < len(lines) && !r.begins(strings.TrimSuffix(lines[i], "\n")); i++ {
				b.WriteString(lines[i])
			}
			doc = append(doc, r.paragraph(b.String())...)
		}
	}
	return doc
}

// begins reports whether the line is more than running text.
func (r *reader) begins(line string) bool {
	return headingLine.MatchString(line) || subtextLine.MatchString(line) || listLine.MatchString(line) ||
		strings.HasPrefix(line, "> ") && strings.TrimSpace(line[2:]) != "" ||
		strings.HasPrefix(line, ">>> ") && strings.TrimSpace(line[4:]) != ""
}

func (r *reader) paragraph(s string) markup.Doc {
	spans := r.spans(s, 0)
	if len(spans) == 0 {
		return nil
	}
	return markup.Doc{markup.Paragraph{Spans: spans}}
}

// list reads a list from line i on, and answers where it ends. What is indented
// further is a list under the entry before it.
func (r *reader) list(lines []string, i, depth int) (markup.List, int) {
	r.formatted = true
	first := listLine.FindStringSubmatch(strings.TrimSuffix(lines[i], "\n"))
	out := markup.List{Ordered: first[2] != ""}
	if out.Ordered {
		out.Start, _ = strconv.Atoi(first[2])
	}
	for i < len(lines) {
		m := listLine.FindStringSubmatch(strings.TrimSuffix(lines[i], "\n"))
		switch {
		case m == nil || len(m[1]) < len(first[1]) || (m[2] != "") != out.Ordered && len(m[1]) == len(first[1]):
			return out, i
		case len(m[1]) > len(first[1])+1 && len(out.Items) > 0 && depth < depthMax:
			var under markup.List
			under, i = r.list(lines, i, depth+1)
			last := len(out.Items) - 1
			out.Items[last] = append(out.Items[last], under)
			continue
		}
		out.Items = append(out.Items, r.paragraph(m[3]))
		i++
	}
	return out, i
}

// styles are the marks around a piece of text, longest first.
var styles = []struct {
	mark string
	wrap func([]markup.Span) []markup.Span
}{
	{"***", func(s []markup.Span) []markup.Span {
		return []markup.Span{markup.Bold{Spans: []markup.Span{markup.Italic{Spans: s}}}}
	}},
	{"**", func(s []markup.Span) []markup.Span { return []markup.Span{markup.Bold{Spans: s}} }},
	{"__", func(s []markup.Span) []markup.Span { return []markup.Span{markup.Bold{Spans: s}} }}, // underlined: stressed, at least
	{"~~", func(s []markup.Span) []markup.Span { return []markup.Span{markup.Strike{Spans: s}} }},
	{"||", func(s []markup.Span) []markup.Span { return s }}, // behind a curtain
	{"*", func(s []markup.Span) []markup.Span { return []markup.Span{markup.Italic{Spans: s}} }},
	{"_", func(s []markup.Span) []markup.Span { return []markup.Span{markup.Italic{Spans: s}} }},
}

// spans reads running text.
func (r *reader) spans(s string, depth int) []markup.Span {
	var out []markup.Span
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			out = append(out, markup.Text(emoji.Names(text.String())))
			text.Reset()
		}
	}
	for i := 0; i < len(s); {
		c := s[i]
		if c == '<' {
			if used, ours := r.token(&text, s[i:]); used > 0 {
				i += used
				if ours {
					i += r.drop(&text, s[i:], len(out) == 0)
				}
				continue
			}
		}
		if c == '\\' && i+1 < len(s) && isPunctuation(s[i+1]) {
			text.WriteByte(s[i+1])
			i += 2
			continue
		}
		if n := address(s[i:]); n > 0 {
			text.WriteString(s[i : i+n])
			i += n
			continue
		}
		if span, used := r.styled(s, i, depth); used > 0 {
			flush()
			out = append(out, span...)
			i += used
			r.written = true
			continue
		}
		if c > ' ' {
			r.written = true
		}
		text.WriteByte(c)
		i++
	}
	flush()
	return out
}

// styled reads code, a link with a label, or a style that begins at i; it answers
// how many bytes that takes, 0 when there is none.
func (r *reader) styled(s string, i, depth int) ([]markup.Span, int) {
	switch s[i] {
	case '`':
		n := run(s[i:], '`')
		if end := closingTicks(s, i+n, n); end > 0 {
			r.formatted = true
			return []markup.Span{markup.Code(strings.ReplaceAll(strings.TrimSpace(s[i+n:end]), "\n", " "))}, end + n - i
		}
	case '[':
		if m := masked.FindStringSubmatch(s[i:]); m != nil && depth < depthMax {
			if label := r.spans(m[1], depthMax); len(label) > 0 {
				r.formatted = true
				return []markup.Span{markup.Link{Spans: label, URL: m[2]}}, len(m[0])
			}
		}
	case '*', '_', '~', '|':
		if depth >= depthMax {
			return nil, 0
		}
		for _, style := range styles {
			if !strings.HasPrefix(s[i:], style.mark) {
				continue
			}
			begin := i + len(style.mark)
			if end := closing(s, i, style.mark); end > begin {
				r.formatted = true
				return style.wrap(r.spans(s[begin:end], depth+1)), end + len(style.mark) - i
			}
		}
	}
	return nil, 0
}

var masked = regexp.MustCompile(`^\[([^\[\]\n]+)\]\(<?(https?://[^\s<>()]+)>?(?: +"[^"\n]*")?\)`)

// run is how often c stands at the beginning.
func run(s string, c byte) int {
	n := 0
	for n < len(s) && s[n] == c {
		n++
	}
	return n
}

// closingTicks finds the run of exactly n back quotes that ends code; 0 when there is none.
func closingTicks(s string, from, n int) int {
	for j := from; j < len(s); {
		if s[j] != '`' {
			j++
			continue
		}
		m := run(s[j:], '`')
		if m == n && j > from {
			return j
		}
		j += m
	}
	return 0
}

// closing finds where the style that begins at i ends; 0 when it does not.
func closing(s string, i int, mark string) int {
	begin := i + len(mark)
	if begin >= len(s) || s[begin] == mark[0] && len(mark) < 3 && mark[0] != '|' {
		return 0
	}
	single := len(mark) == 1
	if single && (isBlank(s[begin]) || mark == "_" && i > 0 && isWord(s[i-1])) {
		return 0
	}
	for j := begin; j < len(s); {
		switch {
		case s[j] == '\\':
			j += 2
		case s[j] == '`':
			n := run(s[j:], '`')
			if end := closingTicks(s, j+n, n); end > 0 {
				j = end
			}
			j += n
		case strings.HasPrefix(s[j:], mark):
			n := run(s[j:], mark[0])
			fits := n == len(mark) || n == 3 && len(mark) < 3 || !single && n > len(mark)
			if single && (isBlank(s[j-1]) || mark == "_" && j+1 < len(s) && isWord(s[j+1])) {
				fits = false
			}
			if fits && j > begin {
				return j + n - len(mark)
			}
			j += n
		default:
			j++
		}
	}
	return 0
}

var bare = regexp.MustCompile(`^https?://[^\s<]*[^\s<.,:;"'\])*_~|]`)

// address is the length of the address at the beginning of s, in which nothing is markup.
func address(s string) int {
	if !strings.HasPrefix(s, "http") {
		return 0
	}
	return len(bare.FindString(s))
}

var token = regexp.MustCompile(`^<(?:(@[!&]?|#)(\d{1,20})|(a?):(\w{1,64}):(\d{1,20})|t:(-?\d{1,14})(?::[a-zA-Z])?|/([^:<>\n]{1,100}):(\d{1,20})|(https?://[^\s<>]+))>`)

// token reads what stands between < and >. It answers how long it is, 0 when
// it means nothing, and whether it mentions us.
func (r *reader) token(b *strings.Builder, s string) (used int, ours bool) {
	m := token.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	switch {
	case m[1] == "@&":
		name, ours := r.role(m[2])
		if ours {
			r.mentioned = true
			return len(m[0]), true
		}
		b.WriteString("@" + strings.TrimPrefix(firstOf(name, m[2]), "@"))
	case m[1] == "#":
		b.WriteString("#" + firstOf(r.channel(m[2]), m[2]))
	case m[1] != "":
		if m[2] == r.me && r.me != "" {
			r.mentioned = true
			return len(m[0]), true
		}
		b.WriteString("@" + firstOf(r.user(m[2]), m[2]))
	case m[4] != "":
		b.WriteString(":" + emoji.Common(m[4]) + ":")
	case m[6] != "":
		seconds, _ := strconv.ParseInt(m[6], 10, 64)
		b.WriteString(time.Unix(seconds, 0).UTC().Format("2006-01-02 15:04 UTC"))
	case m[7] != "":
		b.WriteString("/" + m[7])
	default:
		b.WriteString(m[9])
	}
	r.written = true
	return len(m[0]), false
}

// drop takes the blanks and the punctuation that follow a mention of us at the
// beginning ("@sereno: take"), and one blank of the two around it elsewhere. It
// answers how much of the rest that is.
func (r *reader) drop(before *strings.Builder, rest string, first bool) int {
	if !r.written && first && strings.TrimSpace(before.String()) == "" {
		return len(rest) - len(strings.TrimLeft(rest, " \t,:"))
	}
	if strings.HasSuffix(before.String(), " ") && strings.HasPrefix(rest, " ") {
		return 1
	}
	return 0
}

func isPunctuation(c byte) bool {
	return c > ' ' && c < 0x7f && !isWord(c) || c == '_'
}

func isWord(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' // Discord's client knows no other letters here
}

func isBlank(c byte) bool { return c == ' ' || c == '\n' || c == '\t' }
