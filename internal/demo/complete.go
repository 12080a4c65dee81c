package demo

import (
	"slices"
	"strconv"
	"strings"

	"sereno/adapters/console"
)

// complete offers what the last word of the line may become: a command, or
// what its argument may be.
func (s *session) complete(line string) (start int, candidates []string) {
	if !strings.HasPrefix(line, "/") {
		return 0, nil
	}
	start = strings.LastIndexByte(line, ' ') + 1
	word := line[start:]
	var offers []string
	if start == 0 {
		offers = verbNames()
		for _, c := range s.commands {
			offers = append(offers, "/"+c.Name)
		}
	} else {
		offers = s.argument(strings.Fields(line)[0])
	}
	for _, o := range offers {
		if strings.HasPrefix(strings.ToLower(o), strings.ToLower(word)) {
			candidates = append(candidates, o)
		}
	}
	return start, candidates
}

func (s *session) argument(command string) []string {
	for _, v := range verbs {
		if command == "/"+v.name {
			if v.offers == nil {
				return nil
			}
			return v.offers(s)
		}
	}
	// A command of the bot: its words, then what is known by name.
	var out []string
	for _, c := range s.commands {
		if command == "/"+c.Name {
			out = typedWords(c.Usage)
		}
	}
	return slices.Concat(out, s.incidents(), s.people())
}

// typedWords are the plain words of a usage line: those that are typed as they are.
func typedWords(usage string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(usage, func(r rune) bool { return strings.ContainsRune(" |<>[](){}…,", r) }) {
		if w == strings.ToLower(w) && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

func (s *session) people() []string { return console.People(s.stage.Company) }

func (s *session) places() []string {
	return slices.Concat(console.Channels(s.stage.Company), []string{"dm"}, s.people())
}

func (s *session) reactions() []string {
	var out []string
	for name := range s.stage.Company.Reactions {
		out = append(out, name)
	}
	slices.Sort(out)
	return slices.Concat(out, s.messages())
}

func (s *session) messages() []string {
	var out []string
	for _, m := range s.stage.Messages(s.channel, s.me) {
		out = append(out, m.ID)
	}
	return out
}

func (s *session) incidents() []string {
	var out []string
	for _, channel := range append(console.Channels(s.stage.Company), "@"+s.me) {
		if !s.maySee(s.me, channel) {
			continue
		}
		for _, m := range s.stage.Messages(channel, s.me) {
			if m.Incident != "" && !slices.Contains(out, m.Incident) {
				out = append(out, m.Incident)
			}
		}
	}
	return out
}

func (s *session) threads() []string { return slices.Concat(s.incidents(), s.messages()) }

// pressables are the numbers of the buttons that I could press now.
func (s *session) pressables() []string {
	var out []string
	for i, p := range s.pressed {
		m, ok := s.stage.Message(p.message)
		if !ok || m.Deleted || m.Only != "" && m.Only != s.me || !s.maySee(s.me, m.Channel) {
			continue
		}
		for _, name := range console.ButtonNames(m.Body.Buttons) {
			if name == p.button {
				out = append(out, strconv.Itoa(i+1))
			}
		}
	}
	return out
}
