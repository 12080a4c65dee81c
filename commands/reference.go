package commands

import (
	"fmt"
	"strings"

	"sereno/bot/company"
	"sereno/bot/text"
)

// Reference is the page that lists every command, as Markdown.
func (t *Tree) Reference(lang company.Lang) string {
	var b strings.Builder
	for _, c := range t.commands {
		fmt.Fprintf(&b, "## /%s\n\n%s.\n\n", c.Name, text.T(lang, "command."+c.Name))
		if c.As != "" {
			fmt.Fprintf(&b, "`/%s` on platforms that keep `/%s` for themselves.\n\n", c.As, c.Name)
		}
		b.WriteString("| command | does | example | who |\n|---|---|---|---|\n")
		verbs := c.Verbs
		if c.Bare != nil {
			verbs = append([]*Verb{c.Bare}, verbs...)
		}
		for _, v := range verbs {
			who := "agents"
			if v.Customers {
				who = "agents, customers"
			}
			fmt.Fprintf(&b, "| `%s` | %s | `%s` | %s |\n", escapePipes(c.Usage(v, lang)),
				text.T(lang, v.helpKey(c)), c.exampleOf(v, lang), who)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func escapePipes(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
