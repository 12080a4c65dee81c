package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"time"

	"go.yaml.in/yaml/v3"

	"sereno/bot/civil"
	"sereno/bot/company"
)

// What a document may hold: far more than any company needs, little enough
// that a hostile one costs nothing.
const (
	maxBytes = 4 << 20
	maxDepth = 64
	// maxValues counts every value as often as aliases repeat it.
	maxValues = 200_000
	// maxProblems are told; a file with more is not one of ours.
	maxProblems = 500
)

// reader reads one document and collects what is wrong with it.
type reader struct {
	file string
	env  func(string) (string, bool)
	// keep leaves references to the environment as they are written.
	keep bool
	// alone is the part of which they are followed all the same.
	alone string
	// disk: the folders that the document names must be there.
	disk     bool
	problems Problems
	// articles is how they live.
	articles company.KB
	// owners and readers are people and customers whom the sources of articles name.
	owners, readers []value
	// full: more problems were found than are told.
	full bool

	// regions are the holidays of the regions that were read, contents the digests
	// of files that are part of the document, by the path of their name.
	regions  map[string][]civil.Date
	contents map[string]string
	// places are where the values stand, by their paths.
	places map[string]position
	// zone is the company's.
	zone      *time.Location
	calendars named[calendar]
	contracts named[contract]
	people    named[person]
	schedules named[schedule]
	policies  named[policy]
	// last is what is reached when nothing else helped.
	last      targets
	teams     named[team]
	customers named[customer]
	channels  map[channel]claimed
	groups    map[channel]claimed
	// notifiers are the names of the ways of reaching people that the document
	// declares.
	notifiers []string
	// forms are how the addresses of notifiers look, where the document says.
	forms map[string]*regexp.Regexp
	// connected are the platforms that the document connects, chats first.
	connected []string
	// own are our workspaces, where the settings name them.
	own map[channel]value
}

func (r *reader) report(at position, path string, wrong, instead phrase) {
	if len(r.problems) >= maxProblems {
		r.full = true
		return
	}
	r.problems = append(r.problems, Problem{File: r.file, Line: at.line, Col: at.col, Path: path, Msg: Message{wrong, instead}})
}

// document parses the YAML; false when it is none or is more than we read.
func (r *reader) document(data []byte) (value, bool) {
	doc := value{r: r}
	if len(data) > maxBytes {
		doc.wrong(say(tooLarge, "max", maxBytes>>20), say(writeLess))
		return doc, false
	}
	node, second, err := parse(data)
	if err != nil {
		r.syntax(data, err)
		return doc, false
	}
	if node == nil || len(node.Content) == 0 || isNull(node.Content[0]) {
		doc.wrong(say(emptyDocument), say(beginWith, "keys", documentKeys.required()))
		return doc, false
	}
	doc.node = node.Content[0]
	if second != nil {
		r.report(position{second.Line, second.Column}, "", say(secondDocument), say(oneDocument))
	}
	size := measure{sizes: map[*yaml.Node]int{}}
	size.of(doc.node, 0)
	if size.wrong != nothing {
		r.report(position{size.at.Line, size.at.Column}, "", say(size.wrong, "depth", maxDepth, "values", maxValues), say(writeOut))
		return doc, false
	}
	doc.node = resolved(doc.node)
	return doc, true
}

// parse gives the document's node and, where there is one, that of a second
// document. A panic of the YAML library is an error of the document.
func parse(data []byte) (first, second *yaml.Node, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var a, b yaml.Node
	if err := dec.Decode(&a); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, nil, nil
		}
		return nil, nil, err
	}
	switch err := dec.Decode(&b); {
	case errors.Is(err, io.EOF):
		return &a, nil, nil
	case err != nil:
		return nil, nil, err
	}
	return &a, &b, nil
}

// measure counts the values under a node with its aliases written out.
type measure struct {
	sizes map[*yaml.Node]int // -1 while it is being counted
	wrong msg
	at    *yaml.Node
}

func (m *measure) of(n *yaml.Node, depth int) int {
	if m.wrong != nothing {
		return 0
	}
	if size, ok := m.sizes[n]; ok {
		if size < 0 {
			m.wrong, m.at = aliasLoop, n
		}
		return size
	}
	if depth > maxDepth {
		m.wrong, m.at = tooDeep, n
		return 0
	}
	m.sizes[n] = -1
	size := 1
	if n.Kind == yaml.AliasNode {
		size += m.of(n.Alias, depth+1)
	}
	for _, c := range n.Content {
		size += m.of(c, depth+1)
		if size > maxValues && m.wrong == nothing {
			m.wrong, m.at = tooMany, n
		}
		if m.wrong != nothing {
			return 0
		}
	}
	m.sizes[n] = size
	return size
}
