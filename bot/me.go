package bot

import (
	"maps"
	"slices"
	"strings"

	"sereno/bot/text"
)

// Me tells the actor what the bot knows of them: who they are, on whose side,
// what they may do, and under which identity it knows them on each platform.
// Everybody.
func (d *Desk) Me() error {
	lang := d.Lang()
	m := Message{Title: text.T(lang, "me.unknown")}
	if d.actor != nil {
		m.Title = d.actor.Name
	}
	field := func(key, value string) {
		if value != "" {
			m.Fields = append(m.Fields, Field{text.T(lang, key), value})
		}
	}
	switch {
	case d.ours():
		field("me.key", d.actor.Key)
		var roles, teams []string
		for _, r := range d.actor.Roles {
			roles = append(roles, text.T(lang, "role."+string(r)))
		}
		for _, t := range d.company.TeamsOf(d.actor) {
			teams = append(teams, t.Name)
		}
		if t := d.groupOf(d.event); t != nil && !slices.Contains(teams, t.Name) {
			teams = append(teams, t.Name)
		}
		field("me.roles", strings.Join(roles, ", "))
		field("me.teams", strings.Join(teams, ", "))
	case d.outside != nil:
		field("me.customer", d.outside.Name)
		field("me.team", d.outside.Team.Name)
	default:
		m.Text = text.T(lang, "refuse.unknown_person")
	}
	field("me.language", text.T(lang, "language."+string(lang)))
	field("me.zone", text.Zone(d.zone()))
	identities := map[string]string{d.event.Platform: d.event.User}
	if d.actor != nil {
		identities = d.actor.Identities
	}
	for _, platform := range slices.Sorted(maps.Keys(identities)) {
		if platform == d.event.Platform || d.bot.adapters[platform] != nil {
			m.Fields = append(m.Fields, Field{text.T(lang, "me.identity", "platform", platform), identities[platform]})
		}
	}
	if d.company.Person(d.author()) == nil {
		m.Footer = text.T(lang, "me.not_configured")
	}
	return d.Reply(m)
}
