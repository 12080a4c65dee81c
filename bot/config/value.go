package config

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"sereno/bot/company"
)

// value is one value of the document and the path that leads to it. The zero
// value of node means that the document does not hold it; reading that gives
// zero values and no problem.
type value struct {
	r    *reader
	node *yaml.Node
	path string
	// key is where the value's key stands, nil in a list and for the document.
	key *yaml.Node
}

func (v value) present() bool { return v.node != nil }

// at is the place that a problem of the whole value is reported at: its key,
// where it has one.
func (v value) at() position {
	switch {
	case v.key != nil:
		return position{v.key.Line, v.key.Column}
	case v.node != nil && v.node.Line > 0:
		return position{v.node.Line, v.node.Column}
	}
	return position{1, 1}
}

// here is the place of the value itself.
func (v value) here() position {
	if v.node == nil || v.node.Line == 0 {
		return v.at()
	}
	return position{v.node.Line, v.node.Column}
}

// wrong reports a problem with the value's content.
func (v value) wrong(what, instead phrase) { v.r.report(v.here(), v.path, what, instead) }

// wants reports a problem with the value as a whole: something is missing in it.
func (v value) wants(what, instead phrase) { v.r.report(v.at(), v.path, what, instead) }

// fields reads a mapping whose keys are fixed. Keys that are not the section's
// or are missing are reported; false when it is not a mapping at all.
func (v value) fields(s section) (map[string]value, bool) {
	if !v.present() {
		return nil, false
	}
	pairs, ok := v.pairs(s.keys[0].example())
	if !ok {
		return nil, false
	}
	out := map[string]value{}
	meant := map[string]bool{} // keys that are there, mistyped
	for _, p := range pairs {
		if v.r.full {
			break // nothing more is told
		}
		k, known := s.key(p.name())
		if !known {
			meant[nearest(p.name(), s.names())] = true
			v.r.report(p.at(), v.path, say(unknownKey, "key", quoted(p.name())), alternatives(p.name(), s.names()))
			continue
		}
		if isNull(p.node) {
			p.wrong(say(noValue), say(writeOrRemove, "example", k.example()))
			p.node = nil
		}
		out[k.name] = p
	}
	for _, k := range s.keys {
		if _, ok := out[k.name]; k.must && !ok && !meant[k.name] {
			v.wants(say(missingKey, "key", k.name), say(write, "example", k.example()))
		}
	}
	return out, true
}

// nameMax is the longest name that a thing may have in the document.
const nameMax = 64

// entries reads a mapping whose keys are names that the document gives.
func (v value) entries() []value {
	example := ""
	if k, ok := documentKeys.key(v.path); ok {
		example = k.sample
	}
	pairs, _ := v.pairs(example)
	out := pairs[:0]
	for _, p := range pairs {
		if !isName(p.key.Value) {
			v.r.report(p.at(), v.path, say(badName, "name", quoted(p.key.Value)), say(writeName))
			continue
		}
		out = append(out, p)
	}
	return out
}

func (p value) name() string { return p.key.Value }

// pairs reads a mapping, in its order. A key that is written twice is reported
// and counts once.
func (v value) pairs(example string) ([]value, bool) {
	if !v.present() || !v.kind(yaml.MappingNode, aMapping, say(write, "example", example)) {
		return nil, false
	}
	out := make([]value, 0, len(v.node.Content)/2)
	first := map[string]position{}
	for i := 0; i+1 < len(v.node.Content); i += 2 {
		k, n := resolved(v.node.Content[i]), resolved(v.node.Content[i+1])
		p := value{r: v.r, node: n, path: join(v.path, k.Value), key: v.node.Content[i]}
		switch before, twice := first[k.Value]; {
		case k.Kind != yaml.ScalarNode:
			v.r.report(p.at(), v.path, say(keyNotText), say(writeKeyText))
			continue
		case k.Tag == "!!merge":
			v.r.report(p.at(), v.path, say(mergeKey), say(writeOut))
			continue
		case twice:
			v.r.report(p.at(), v.path, say(duplicateKey, "key", quoted(k.Value), "first", before), say(keepOne))
			continue
		}
		first[k.Value] = p.at()
		p.key = &yaml.Node{Value: k.Value, Line: p.key.Line, Column: p.key.Column}
		out = append(out, p)
	}
	return out, true
}

// items reads a list.
func (v value) items() []value {
	if !v.present() {
		return nil
	}
	instead := say(writeList)
	if v.node.Kind == yaml.ScalarNode && v.node.Value != "" {
		instead = say(write, "example", "["+shown(v.node.Value)+"]")
	}
	if !v.kind(yaml.SequenceNode, aList, instead) {
		return nil
	}
	out := make([]value, len(v.node.Content))
	for i, n := range v.node.Content {
		out[i] = value{r: v.r, node: resolved(n), path: v.path + "[" + strconv.Itoa(i) + "]"}
	}
	return out
}

// atMost is the value, or nothing where it holds more entries than max.
func (v value) atMost(max int) value {
	if !v.present() {
		return v
	}
	n := len(v.node.Content)
	if v.node.Kind == yaml.MappingNode {
		n /= 2
	}
	if n > max {
		v.wrong(say(tooManyHere, "n", n, "max", max), say(writeLess))
		v.node = nil
	}
	return v
}

// text reads a text that is not empty. Numbers and dates are texts too.
func (v value) text() (string, bool) {
	if !v.present() || !v.kind(yaml.ScalarNode, aText, say(writeText)) {
		return "", false
	}
	if isNull(v.node) || strings.TrimSpace(v.node.Value) == "" {
		v.wrong(say(noValue), say(writeText))
		return "", false
	}
	return v.node.Value, true
}

// plain reads a text of the company's part, where nothing is taken from the
// environment: the document alone says what was agreed with a customer.
func (v value) plain() (string, bool) {
	s, ok := v.text()
	if ok && strings.Contains(s, "${") {
		v.wrong(say(referenceHere, "text", quoted(s)), say(writeItself))
		return "", false
	}
	return s, ok
}

// oneOf reads one of the words; kind names what they are.
func (v value) oneOf(kind msg, words []string) (string, bool) {
	s, ok := v.text()
	if !ok {
		return "", false
	}
	for _, w := range words {
		if w == s {
			return s, true
		}
	}
	v.wrong(say(notA, "text", quoted(s), "kind", kind), alternatives(s, words))
	return "", false
}

// language reads a language; def where the document names none.
func (v value) language(def company.Lang) company.Lang {
	if s, ok := v.oneOf(aLanguage, languages); ok {
		return company.Lang(s)
	}
	return def
}

// number reads a whole number from low to high; def where there is none.
func (v value) number(low, high, def int) int {
	s, ok := v.text()
	if !ok {
		return def
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < low || n > high {
		v.wrong(say(notBetween, "text", quoted(s), "low", low, "high", high), say(writeBetween, "low", low, "high", high))
		return def
	}
	return n
}

// kind reports a value of another kind than the one that belongs there.
func (v value) kind(k yaml.Kind, want msg, instead phrase) bool {
	if v.node.Kind == k {
		return true
	}
	got := aText
	switch {
	case v.node.Kind == yaml.MappingNode:
		got = aMapping
	case v.node.Kind == yaml.SequenceNode:
		got = aList
	case isNull(v.node):
		got = anEmptyValue
	}
	v.wrong(say(wrongKind, "want", want, "got", got), instead)
	return false
}

// alternatives is what to write instead of a word that is none of those: the
// nearest, or all of them where they are few.
func alternatives(wrong string, words []string) phrase {
	const few = 16
	switch near := nearest(wrong, words); {
	case near != "":
		return say(didYouMean, "near", quoted(near))
	case len(words) == 0 || len(words) > few:
		return say(seeReference)
	case len(words) == 1:
		return say(write, "example", words[0])
	}
	return say(writeOneOf, "words", words)
}

// resolved is the node that an alias stands for.
func resolved(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

func isNull(n *yaml.Node) bool {
	return n != nil && n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null"
}

func join(path, key string) string {
	if path == "" {
		return shown(key)
	}
	return path + "." + shown(key)
}

// isName reports whether the text can name a customer, a team, a person: it is
// typed in commands, so it holds no spaces.
func isName(s string) bool {
	if len(s) > nameMax {
		return false
	}
	for i, r := range s {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r >= 0xc0 && r != 0xd7 && r != 0xf7 && r < 0x250
		if !letter && (i == 0 || r != '-' && r != '_' && r != '.') {
			return false
		}
	}
	return s != ""
}
