package console

import (
	"slices"
	"strings"

	"sereno/bot/company"
	"sereno/bot/text"
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

func (p *Problem) Error() string { return p.In(company.English) }

// In is the problem in the language, with what was probably meant or what there is.
func (p *Problem) In(lang company.Lang) string {
	key := string(p.Kind)
	switch {
	case p.Kind == NotYours && p.Where == "":
		key += "_bot"
	case p.Kind == NoButton && p.Where == "":
		key += "_anywhere"
	}
	return text.T(lang, "console."+key, "name", text.Literal(p.Name), "where", text.Literal(p.Where), "hint", p.hint(lang, key))
}

// hint names what was probably meant, or what there is; of buttons always
// both, for they are few and differ from message to message.
func (p *Problem) hint(lang company.Lang, key string) string {
	meant := ""
	if p.Nearest != "" {
		meant = text.T(lang, "console.nearest", "name", p.Nearest)
		if p.Kind != NoButton {
			return meant
		}
		meant += " "
	}
	names := text.T(lang, "console.nothing_there")
	if known := p.Known; len(known) > maxListed {
		names = "…, " + strings.Join(known[len(known)-maxListed:], ", ")
	} else if len(known) > 0 {
		names = strings.Join(known, ", ")
	}
	return meant + text.T(lang, "console.are."+key, "names", names)
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
