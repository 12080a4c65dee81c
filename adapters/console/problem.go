package console

import (
	"fmt"
	"slices"
	"strings"
)

// ProblemKind says what a person asked for that is not there.
type ProblemKind string

// What can be wrong with what a person asked for.
const (
	NoUser       ProblemKind = "no_user"
	NoChannel    ProblemKind = "no_channel"
	NoMessage    ProblemKind = "no_message"
	NoThread     ProblemKind = "no_thread" // Where: the channel
	NoButton     ProblemKind = "no_button" // Where: the message, where it is one
	NoForm       ProblemKind = "no_form"   // Where: the person
	NoField      ProblemKind = "no_field"  // Where: the form
	NoOption     ProblemKind = "no_option" // Where: the field
	MissingField ProblemKind = "missing_field"
	NotYours     ProblemKind = "not_yours" // Where: who wrote it, "" for the bot
	Elsewhere    ProblemKind = "elsewhere" // the message is in Where, not where it was said to be
)

// Problem is a thing that is not there, with what is. It is an error by the
// person who asked, never by the platform.
type Problem struct {
	Kind        ProblemKind
	Name, Where string
	// Nearest is the one of Known that was probably meant, "" when none is near.
	Nearest string
	Known   []string
}

func problem(kind ProblemKind, name, where string, known []string) *Problem {
	p := &Problem{Kind: kind, Name: name, Where: where, Known: known}
	switch kind {
	case NoMessage, NoThread:
		// Numbers that look alike have nothing to do with each other.
		for _, id := range known {
			if strings.EqualFold(id, name) {
				p.Nearest = id
			}
		}
	default:
		p.Nearest = Nearest(name, known)
	}
	return p
}

// maxListed is how many of the known names an error lists.
const maxListed = 12

func (p *Problem) Error() string {
	switch p.Kind {
	case NoUser:
		return fmt.Sprintf("nobody is called %q; %s", p.Name, p.hint("people"))
	case NoChannel:
		return fmt.Sprintf("no channel %q; %s", p.Name, p.hint("channels"))
	case NoMessage:
		return fmt.Sprintf("no message %q; %s", p.Name, p.hint("messages so far"))
	case NoThread:
		return fmt.Sprintf("no thread %q in %s; write the id of a message or of an incident: %s", p.Name, p.Where, p.hint("there"))
	case NoButton:
		if p.Where != "" {
			return fmt.Sprintf("no button %q on %s; %s", p.Name, p.Where, p.hint("buttons there"))
		}
		return fmt.Sprintf("no button %q; %s", p.Name, p.hint("buttons to press"))
	case NoForm:
		return fmt.Sprintf("no form %q is open for %s; %s", p.Name, p.Where, p.hint("open forms"))
	case NoField:
		return fmt.Sprintf("form %q has no field %q; %s", p.Where, p.Name, p.hint("fields"))
	case NoOption:
		return fmt.Sprintf("%q is no choice of %s; %s", p.Name, p.Where, p.hint("choices"))
	case MissingField:
		return fmt.Sprintf("form %q needs the field %q", p.Where, p.Name)
	case Elsewhere:
		return fmt.Sprintf("message %s is in %s; name that channel, or none", p.Name, p.Where)
	case NotYours:
		if p.Where == "" {
			return fmt.Sprintf("message %s is the bot's; people can change their own alone", p.Name)
		}
		return fmt.Sprintf("message %s is %s's; people can change their own alone", p.Name, p.Where)
	}
	return string(p.Kind) + " " + p.Name
}

// hint names what was probably meant, or what there is; of buttons always
// both, for they are few and differ from message to message.
func (p *Problem) hint(what string) string {
	meant := fmt.Sprintf("did you mean %q?", p.Nearest)
	switch {
	case p.Nearest != "" && p.Kind == NoButton:
		what = meant + " " + what
	case p.Nearest != "":
		return meant
	case len(p.Known) == 0:
		return what + ": none"
	}
	known := p.Known
	more := ""
	if len(known) > maxListed {
		known, more = known[len(known)-maxListed:], "…, "
	}
	return what + ": " + more + strings.Join(known, ", ")
}

// Nearest is the candidate that was probably meant: within a third of its
// length in letters changed, left out, added or swapped, or the only one that
// begins so; "" when there is none.
func Nearest(name string, candidates []string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	if name == "" {
		return ""
	}
	best, bestAt := "", 0
	var begins []string
	for _, c := range candidates {
		lower := strings.ToLower(c)
		if len([]rune(name)) >= 2 && strings.HasPrefix(lower, name) && !slices.Contains(begins, c) {
			begins = append(begins, c)
		}
		far := distance([]rune(name), []rune(lower))
		if far > max(1, len([]rune(lower))/3) || far >= len([]rune(lower)) {
			continue
		}
		if best == "" || far < bestAt {
			best, bestAt = c, far
		}
	}
	if best == "" && len(begins) == 1 {
		return begins[0]
	}
	return best
}

// distance counts edits between a and b: a letter changed, left out or added,
// or two neighbours swapped.
func distance(a, b []rune) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
