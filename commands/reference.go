package commands

import (
	"cmp"
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
		b.WriteString(c.groups())
		b.WriteString("| command | does | example | who |\n|---|---|---|---|\n")
		verbs := c.Verbs
		if c.Bare != nil {
			verbs = append([]*Verb{c.Bare}, verbs...)
		}
		for _, v := range verbs {
			who := cmp.Or(v.Who, "agents")
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

// groups says which verbs stand under another word on a platform that bounds how
// many stand side by side; "" where none do.
func (c *Command) groups() string {
	var order []string
	verbs := map[string][]string{}
	for _, v := range c.Verbs {
		if v.Group == "" {
			continue
		}
		if verbs[v.Group] == nil {
			order = append(order, v.Group)
		}
		verbs[v.Group] = append(verbs[v.Group], "`"+v.Name+"`")
	}
	if len(order) == 0 {
		return ""
	}
	var lines []string
	for _, g := range order {
		lines = append(lines, fmt.Sprintf("`%s` (%s)", g, strings.Join(verbs[g], ", ")))
	}
	return fmt.Sprintf("On Discord, which shows at most 25 side by side, some stand in groups: %s. There one chooses `/%s %s %s`; elsewhere, and after a mention of the bot, nobody types the group.\n\n",
		strings.Join(lines, ", "), c.Name, order[0], strings.Trim(verbs[order[0]][0], "`"))
}

func escapePipes(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
