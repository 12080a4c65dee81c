package emoji

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"

	gemoji "github.com/kyokomi/emoji/v2"
)

// names has an emoji a line: its code points, and its names, the common one
// first (generate.go says where it is from).
//
//go:embed names.txt
var names string

// glyph is an emoji.
type glyph struct {
	name string
	// runes are its code points as they should be written, variation selectors
	// included and tones not.
	runes []rune
	// pair is what an emoji of two people is when each has a tone; it may be runes.
	pair []rune
}

// isText reports whether the code point alone is shown as a character of text:
// only a variation selector makes it an emoji.
func (g *glyph) isText() bool { return len(g.runes) == 2 && g.runes[1] == emojiStyle }

type table struct {
	named map[string]*glyph // by every name
	root  *node
	// longest name, in bytes
	longest int
}

// node of a tree of code points, without tones and variation selectors.
type node struct {
	next  map[rune]*node
	glyph *glyph
}

func (n *node) put(runes []rune, g *glyph) {
	for _, r := range runes {
		if r == emojiStyle {
			continue
		}
		if n.next == nil {
			n.next = map[rune]*node{}
		}
		child := n.next[r]
		if child == nil {
			child = &node{}
			n.next[r] = child
		}
		n = child
	}
	n.glyph = g
}

// known is the table: the common names and, for whatever else an emoji is
// called, the aliases of the emoji library.
var known = sync.OnceValue(func() *table {
	t := &table{named: map[string]*glyph{}, root: &node{}}
	for line := range strings.Lines(names) {
		fields := strings.Fields(line)
		runes, pair, _ := strings.Cut(fields[0], "/")
		g := &glyph{name: fields[1], runes: decode(runes), pair: decode(pair)}
		t.root.put(g.runes, g)
		if g.pair != nil {
			t.root.put(g.pair, g)
		}
		for _, name := range fields[1:] {
			t.name(name, g)
		}
	}
	for code, s := range gemoji.CodeMap() {
		name := strings.Trim(code, ":")
		if _, taken := t.named[name]; taken {
			continue
		}
		if m := t.match(s); m.length == len(s) && len(m.tones) == 0 {
			t.name(name, m.glyph)
		}
	}
	return t
})

func (t *table) name(name string, g *glyph) {
	t.named[name] = g
	t.longest = max(t.longest, len(name))
}

// decode reads "1F44D-1F3FD".
func decode(s string) []rune {
	if s == "" {
		return nil
	}
	var out []rune
	for code := range strings.SplitSeq(s, "-") {
		r, err := strconv.ParseInt(code, 16, 32)
		if err != nil {
			panic("emoji: names.txt is damaged: " + s)
		}
		out = append(out, rune(r))
	}
	return out
}
