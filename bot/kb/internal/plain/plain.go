// Package plain turns Markdown into the sentences that a person reads, without
// its marks.
package plain

import (
	"html"
	"regexp"
	"strings"
)

// Sentence is a piece of text that can be shown by itself.
type Sentence struct {
	Text string
	// Heading is the line above a section, Item an entry of a list.
	Heading, Item bool
	// Number is that of an entry of a numbered list as it is written, "" for others.
	Number string
	// Paragraph counts blocks from 0: sentences of one block share it.
	Paragraph int
}

var (
	fence    = regexp.MustCompile("^\\s{0,3}(```|~~~)")
	heading  = regexp.MustCompile(`^\s{0,3}#{1,6}\s+(.*?)\s*#*\s*$`)
	bullet   = regexp.MustCompile(`^\s*[-*+]\s+(?:\[[ xX]\]\s+)?(.*)$`)
	numbered = regexp.MustCompile(`^\s*(\d{1,9})[.)]\s+(.*)$`)
	rule     = regexp.MustCompile(`^\s{0,3}([-*_=]\s*){3,}$`)
	quoted   = regexp.MustCompile(`^\s{0,3}>\s?`)
	tableBar = regexp.MustCompile(`^\s*\|?[\s:|-]*-[\s:|-]*\|[\s:|-]*$`)
	comment  = regexp.MustCompile(`(?s)<!--.*?(-->|\z)`)
	tag      = regexp.MustCompile(`</?[a-zA-Z][^<>]{0,200}>`)
	link     = regexp.MustCompile(`!?\[([^\[\]]*)\]\([^()\s]*(?:\s+"[^"]*")?\)`)
	refLink  = regexp.MustCompile(`!?\[([^\[\]]+)\]\[[^\[\]]*\]`)
	refDef   = regexp.MustCompile(`^\s{0,3}\[[^\[\]]+\]:\s+\S+`)
	auto     = regexp.MustCompile(`<((?:https?|mailto):[^<>\s]+)>`)
	strong   = regexp.MustCompile(`(\*\*|__|~~)(\S(?:.*?\S)?)(\*\*|__|~~)`)
	emphasis = regexp.MustCompile(`(^|[\s(¿¡"'])[*_](\S(?:[^*]*?\S)?)[*_]($|[\s).,;:!?"'])`)
	code     = regexp.MustCompile("`+([^`]+)`+")
	escaped  = regexp.MustCompile("\\\\([\\\\`*_{}\\[\\]()#+.!|>~-])")
	space    = regexp.MustCompile(`\s+`)
)

// Sentences reads a Markdown text. Lines of code and rows of tables are
// sentences of their own.
func Sentences(markdown string) []Sentence {
	r := reader{}
	text := comment.ReplaceAllString(strings.ReplaceAll(markdown, "\r\n", "\n"), "")
	for line := range strings.SplitSeq(text, "\n") {
		r.line(line)
	}
	r.flush()
	return r.out
}

// reader gathers the lines of a block until it ends.
type reader struct {
	out   []Sentence
	block []string
	kind  Sentence // what the block is
	next  int
	code  bool
}

func (r *reader) line(line string) {
	if fence.MatchString(line) {
		r.flush()
		r.code = !r.code
		return
	}
	if r.code {
		r.single(Sentence{}, space.ReplaceAllString(line, " "))
		return
	}
	line = quoted.ReplaceAllString(line, "")
	switch {
	case strings.TrimSpace(line) == "", rule.MatchString(line), tableBar.MatchString(line), refDef.MatchString(line):
		r.flush()
	case heading.MatchString(line):
		r.single(Sentence{Heading: true}, inline(heading.FindStringSubmatch(line)[1]))
	case bullet.MatchString(line):
		r.start(Sentence{Item: true}, bullet.FindStringSubmatch(line)[1])
	case numbered.MatchString(line):
		m := numbered.FindStringSubmatch(line)
		r.start(Sentence{Item: true, Number: m[1]}, m[2])
	case strings.HasPrefix(strings.TrimSpace(line), "|"):
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = inline(cells[i])
		}
		r.single(Sentence{}, strings.Join(cells, " · "))
	default:
		r.block = append(r.block, line)
	}
}

// start ends the block and begins another.
func (r *reader) start(kind Sentence, line string) {
	r.flush()
	r.kind = kind
	r.block = append(r.block, line)
}

// single is a block of one sentence.
func (r *reader) single(kind Sentence, text string) {
	r.flush()
	if text = strings.TrimSpace(text); text == "" {
		return
	}
	kind.Text, kind.Paragraph = text, r.next
	r.out = append(r.out, kind)
	r.next++
}

// flush ends the block: its lines are one paragraph, cut into sentences.
func (r *reader) flush() {
	if len(r.block) > 0 {
		for i, s := range Split(inline(strings.Join(r.block, " "))) {
			x := r.kind
			x.Text, x.Paragraph = s, r.next
			if i > 0 {
				x.Number = ""
			}
			r.out = append(r.out, x)
		}
		r.next++
	}
	r.block, r.kind = nil, Sentence{}
}

// inline takes the marks out of a line of text.
func inline(s string) string {
	if !strings.ContainsAny(s, "*_~`[<&\\") {
		return strings.TrimSpace(space.ReplaceAllString(s, " "))
	}
	s = auto.ReplaceAllString(s, "$1")
	s = link.ReplaceAllString(s, "$1")
	s = refLink.ReplaceAllString(s, "$1")
	s = code.ReplaceAllString(s, "$1")
	s = tag.ReplaceAllString(s, "")
	s = strong.ReplaceAllString(s, "$2")
	s = emphasis.ReplaceAllString(s, "$1$2$3")
	s = escaped.ReplaceAllString(s, "$1")
	return strings.TrimSpace(space.ReplaceAllString(html.UnescapeString(s), " "))
}
