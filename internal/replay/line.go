package replay

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"sereno/adapters/console"
)

// step is one line of the input: at most one thing that somebody does.
type step struct {
	at   time.Time // zero when the clock does not move
	does string    // the name of the field that says what is done, "" for nothing

	channel, user, thread     string
	text, command             string
	press, incident, to       string
	react, form               string
	edited, deleted, openFrom string
	fields                    map[string]string
}

// doing says what goes with a field that says what is done.
type doing struct{ needs, takes []string }

// doings lists, by the field that names it, everything that somebody can do.
var doings = map[string]doing{
	"text":    {needs: []string{"user"}, takes: []string{"channel", "thread"}},
	"command": {needs: []string{"user"}, takes: []string{"channel", "thread"}},
	"press":   {needs: []string{"user"}, takes: []string{"channel", "incident", "to"}},
	"react":   {needs: []string{"user", "to"}, takes: []string{"channel"}},
	"form":    {needs: []string{"user"}, takes: []string{"channel", "fields", "incident"}},
	"edit":    {needs: []string{"text"}, takes: []string{"channel", "user"}},
	"delete":  {takes: []string{"channel", "user"}},
	"open":    {needs: []string{"user"}, takes: []string{"channel"}},
}

// order is that in which doings are named to people; edit is looked for before
// text, which goes with it.
var order = []string{"edit", "delete", "open", "command", "press", "react", "form", "text"}

// known lists every field of a line.
var known = []string{
	"at", "channel", "user", "text", "thread", "command", "press", "incident", "to",
	"react", "form", "fields", "edit", "delete", "open",
}

const example = `{"at":"2026-11-25T10:00:00-03:00","channel":"acme-support","user":"maria","text":"…"}`

// parse reads one line.
func parse(data []byte) (step, error) {
	var s step
	given, err := s.read(data)
	if err != nil {
		return step{}, err
	}
	return s, s.check(given)
}

// read takes the fields of the object one by one, so that a wrong one can be
// named; encoding/json alone would let a field be given twice.
func (s *step) read(data []byte) ([]string, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	tok, err := dec.Token()
	if err != nil {
		return nil, badJSON(err)
	}
	if tok != json.Delim('{') {
		return nil, fmt.Errorf("not a JSON object; write one object a line, as %s", example)
	}
	var given []string
	for dec.More() {
		tok, err := dec.Token()
		if err != nil {
			return nil, badJSON(err)
		}
		name, _ := tok.(string) // the decoder lets nothing but strings be names
		if slices.Contains(given, name) {
			return nil, fmt.Errorf("field %q is given twice; keep one", name)
		}
		given = append(given, name)
		if err := s.set(name, dec); err != nil {
			return nil, err
		}
	}
	if _, err := dec.Token(); err != nil {
		return nil, badJSON(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the object; write one object a line")
	}
	return given, nil
}

func badJSON(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("not JSON: the line ends too early; write one whole object a line, as %s", example)
	}
	return fmt.Errorf("not JSON: %w; write one object a line, as %s", err, example)
}

func (s *step) set(name string, dec *json.Decoder) error {
	if !slices.Contains(known, name) {
		if near := console.Nearest(name, known); near != "" {
			return fmt.Errorf("unknown field %q; did you mean %q?", name, near)
		}
		return fmt.Errorf("unknown field %q; the fields are %s", name, strings.Join(known, ", "))
	}
	var value any
	if err := dec.Decode(&value); err != nil {
		return badJSON(err)
	}
	if name == "fields" {
		return s.setFields(value)
	}
	text, ok := value.(string)
	if !ok {
		return fmt.Errorf("field %q is not text; write it in quotes", name)
	}
	if strings.TrimSpace(text) == "" {
		return fmt.Errorf("field %q is empty; leave it out or fill it in", name)
	}
	if name == "at" {
		return s.setAt(text)
	}
	*s.place(name) = text
	return nil
}

func (s *step) place(name string) *string {
	return map[string]*string{
		"channel": &s.channel, "user": &s.user, "thread": &s.thread, "text": &s.text,
		"command": &s.command, "press": &s.press, "incident": &s.incident, "to": &s.to,
		"react": &s.react, "form": &s.form, "edit": &s.edited, "delete": &s.deleted, "open": &s.openFrom,
	}[name]
}

func (s *step) setAt(text string) error {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return fmt.Errorf("%q is no instant with its offset; write it as \"2026-11-25T10:00:00-03:00\" or \"2026-11-25T13:00:00Z\"", text)
	}
	s.at = at.UTC()
	return nil
}

func (s *step) setFields(value any) error {
	object, ok := value.(map[string]any)
	if !ok {
		return errors.New(`field "fields" is no object; write it as {"name":"value"}`)
	}
	s.fields = map[string]string{}
	for name, v := range object {
		switch v := v.(type) {
		case string:
			s.fields[name] = v
		case json.Number:
			s.fields[name] = v.String()
		default:
			return fmt.Errorf("field %q of the form is not text; write it in quotes", name)
		}
	}
	return nil
}

// check sees that the fields go together.
func (s *step) check(given []string) error {
	for _, name := range order {
		if !slices.Contains(given, name) {
			continue
		}
		if s.does == "" {
			s.does = name
			continue
		}
		if !slices.Contains(doings[s.does].needs, name) {
			return fmt.Errorf("%q and %q on one line; write each on a line of its own", s.does, name)
		}
	}
	if s.does == "" {
		return s.checkIdle(given)
	}
	d := doings[s.does]
	for _, name := range d.needs {
		if !slices.Contains(given, name) {
			return fmt.Errorf("%q needs %q too", s.does, name)
		}
	}
	for _, name := range given {
		if name != "at" && name != s.does && !slices.Contains(d.needs, name) && !slices.Contains(d.takes, name) {
			return fmt.Errorf("%q does not go with %q; it takes %s", name, s.does,
				strings.Join(slices.Concat([]string{"at"}, d.needs, d.takes), ", "))
		}
	}
	if s.does == "command" && !strings.HasPrefix(s.command, "/") {
		return fmt.Errorf("command %q does not begin with a slash; write \"/%s\", or use \"text\" for a message", s.command, s.command)
	}
	return nil
}

// checkIdle sees that a line on which nobody does anything moves the clock.
func (s *step) checkIdle(given []string) error {
	for _, name := range given {
		if name != "at" {
			return fmt.Errorf("%q says where or who, but not what is done; add one of %s", name, strings.Join(order, ", "))
		}
	}
	if len(given) == 0 {
		return fmt.Errorf("an empty object; write what happens, as %s, or {\"at\":…} to move the clock", example)
	}
	return nil
}
