package replay

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"sereno/adapters/console"
	"sereno/bot/text"
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
	bad := func(err error) error { return badJSON(err, data[dec.InputOffset():]) }
	tok, err := dec.Token()
	if err != nil {
		return nil, bad(err)
	}
	if tok != json.Delim('{') {
		return nil, text.NewError("replay.not_object", "example", example)
	}
	var given []string
	for dec.More() {
		tok, err := dec.Token()
		if err != nil {
			return nil, bad(err)
		}
		name, _ := tok.(string) // the decoder lets nothing but strings be names
		if slices.Contains(given, name) {
			return nil, text.NewError("replay.twice", "name", text.Literal(name))
		}
		given = append(given, name)
		var value any
		if slices.Contains(known, name) {
			if err := dec.Decode(&value); err != nil {
				return nil, bad(err)
			}
		}
		if err := s.set(name, value); err != nil {
			return nil, err
		}
	}
	if _, err := dec.Token(); err != nil {
		return nil, bad(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, text.NewError("replay.two_objects")
	}
	return given, nil
}

// badJSON says where the line stops to be JSON: rest is what follows the part that
// could be read.
func badJSON(err error, rest []byte) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return text.NewError("replay.cut", "example", example)
	}
	const most = 20
	shown := []rune(strings.TrimLeft(string(rest), " \t,:"))
	if len(shown) > most {
		shown = append(shown[:most], '…')
	}
	return text.NewError("replay.not_json", "rest", text.Literal(string(shown)), "example", example)
}

func (s *step) set(name string, value any) error {
	if !slices.Contains(known, name) {
		if near := console.Nearest(name, known); near != "" {
			return text.NewError("replay.unknown_near", "name", text.Literal(name), "near", near)
		}
		return text.NewError("replay.unknown", "name", text.Literal(name), "names", strings.Join(known, ", "))
	}
	if name == "fields" {
		return s.setFields(value)
	}
	words, ok := value.(string)
	if !ok {
		return text.NewError("replay.not_text", "name", name)
	}
	if strings.TrimSpace(words) == "" {
		return text.NewError("replay.blank", "name", name)
	}
	if name == "at" {
		return s.setAt(words)
	}
	*s.place(name) = words
	return nil
}

func (s *step) place(name string) *string {
	return map[string]*string{
		"channel": &s.channel, "user": &s.user, "thread": &s.thread, "text": &s.text,
		"command": &s.command, "press": &s.press, "incident": &s.incident, "to": &s.to,
		"react": &s.react, "form": &s.form, "edit": &s.edited, "delete": &s.deleted, "open": &s.openFrom,
	}[name]
}

func (s *step) setAt(words string) error {
	at, err := time.Parse(time.RFC3339, words)
	if err != nil {
		return text.NewError("replay.instant", "text", text.Literal(words))
	}
	s.at = at.UTC()
	return nil
}

func (s *step) setFields(value any) error {
	object, ok := value.(map[string]any)
	if !ok {
		return text.NewError("replay.fields", "example", `{"name":"value"}`)
	}
	s.fields = map[string]string{}
	for name, v := range object {
		switch v := v.(type) {
		case string:
			s.fields[name] = v
		case json.Number:
			s.fields[name] = v.String()
		default:
			return text.NewError("replay.form_field", "name", text.Literal(name))
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
			return text.NewError("replay.two_things", "one", s.does, "other", name)
		}
	}
	if s.does == "" {
		return s.checkIdle(given)
	}
	d := doings[s.does]
	for _, name := range d.needs {
		if !slices.Contains(given, name) {
			return text.NewError("replay.needs", "name", s.does, "needed", name)
		}
	}
	for _, name := range given {
		if name != "at" && name != s.does && !slices.Contains(d.needs, name) && !slices.Contains(d.takes, name) {
			return text.NewError("replay.stray", "name", name, "with", s.does,
				"names", strings.Join(slices.Concat([]string{"at"}, d.needs, d.takes), ", "))
		}
	}
	if s.does == "command" && !strings.HasPrefix(s.command, "/") {
		return text.NewError("replay.slash", "command", text.Literal(s.command))
	}
	return nil
}

// checkIdle sees that a line on which nobody does anything moves the clock.
func (s *step) checkIdle(given []string) error {
	for _, name := range given {
		if name != "at" {
			return text.NewError("replay.idle", "name", name, "names", strings.Join(order, ", "))
		}
	}
	if len(given) == 0 {
		return text.NewError("replay.nothing_said", "example", example, "clock", `{"at":…}`)
	}
	return nil
}
