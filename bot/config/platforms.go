package config

import (
	"regexp"
	"slices"
)

// platform is what the document knows of a chat platform: how its ids look, and
// where people find them. What a platform is connected with is read in a file
// of its own (slack.go, discord.go, mattermost.go).
type platform struct {
	name string
	// ids are the forms of its ids; a platform whose map is nil takes any text.
	ids map[idKind]idForm
	// form is how every address of a notifier looks, whole; nil for any text.
	form *regexp.Regexp
}

// idKind is what an id is of.
type idKind int

// The kinds of ids.
const (
	channelID idKind = iota
	personID
	workspaceID
	groupID
)

// words name the kinds in messages.
func (k idKind) words() msg {
	return [...]msg{channelID: aChannel, personID: aPerson, workspaceID: aWorkspace, groupID: aGroup}[k]
}

// idForm is how an id looks and where it is found.
type idForm struct {
	form    *regexp.Regexp // of the id as a word of its own
	example string
	found   msg // "in the channel's details"
}

// The platforms that the document can speak of.
const (
	console    = "console"
	slack      = "slack"
	discord    = "discord"
	mattermost = "mattermost"
)

// mail is no chat: it delivers pages and messages to one person.
const mail = "mail"

var (
	mailAddress  = regexp.MustCompile(`\b[^\s@<>,;:]+@[^\s@<>,;:]+\.[^\s@<>,;:]+\b`)
	snowflake    = regexp.MustCompile(`\b[0-9]{17,20}\b`)
	mattermostID = regexp.MustCompile(`\b[a-z0-9]{26}\b`)
)

var platforms = []platform{
	{name: console},
	// docs.slack.dev/reference/objects: the first letter says what it is.
	{name: slack, ids: map[idKind]idForm{
		channelID:   {regexp.MustCompile(`\b[CGD][A-Z0-9]{1,30}\b`), "C0123456789", findSlackChannel},
		personID:    {regexp.MustCompile(`\b[UW][A-Z0-9]{1,30}\b`), "U0123456789", findSlackPerson},
		workspaceID: {regexp.MustCompile(`\b[TE][A-Z0-9]{1,30}\b`), "T0123456789", findSlackWorkspace},
		groupID:     {regexp.MustCompile(`\bS[A-Z0-9]{1,30}\b`), "S0123456789", findSlackGroup},
	}},
	// docs.discord.com/developers/reference#snowflakes
	{name: discord, ids: map[idKind]idForm{
		channelID:   {snowflake, "1012345678901234567", findDiscordChannel},
		personID:    {snowflake, "1012345678901234567", findDiscordPerson},
		workspaceID: {snowflake, "1012345678901234567", findDiscordServer},
		groupID:     {snowflake, "1012345678901234567", findDiscordRole},
	}},
	// github.com/mattermost/mattermost, server/public/model/utils.go: NewId
	{name: mattermost, ids: map[idKind]idForm{
		channelID:   {mattermostID, "4xp9fdt77pncbef59f4k1qe83o", findMattermostChannel},
		personID:    {mattermostID, "jm1pqg7j1frzpqxyfouc8tfofa", findMattermostPerson},
		workspaceID: {mattermostID, "wmqyx3u9n3r8jpgkd4ozrfyc7a", findMattermostRemote},
		groupID:     {mattermostID, "sb8qyf5xr3bdpnrqyzxb3o6sma", findMattermostGroup},
	}},
}

// perPlatform is a section with a key for each platform.
func perPlatform(title string, kind idKind) section {
	s := section{title: title}
	for _, p := range platforms {
		example := "acme-support"
		if f, ok := p.ids[kind]; ok {
			example = f.example
		}
		s.keys = append(s.keys, may(p.name, example))
	}
	return s
}

// reachedBy are where people can be reached beside the chats: mail, and the
// notifiers of the document, whose addresses may be any text.
func (r *reader) reachedBy() []platform {
	out := []platform{{name: mail, ids: map[idKind]idForm{personID: {mailAddress, "ana@example.com", nothing}}}}
	for _, name := range r.notifiers {
		out = append(out, platform{name: name, form: r.forms[name]})
	}
	return out
}

// identityKeys are where a person can have an identity: on every platform,
// mail and the notifiers of the document among them.
func (r *reader) identityKeys() section {
	s := perPlatform("identities", personID)
	for _, p := range r.reachedBy() {
		s.keys = append(s.keys, may(p.name, personOn(p.name)))
	}
	return s
}

// allPlatforms are the chats and the ways of reaching people.
func (r *reader) allPlatforms() []platform { return append(slices.Clone(platforms), r.reachedBy()...) }

// personOn is what a person's identity on the platform looks like.
func personOn(name string) string {
	for _, p := range platforms {
		if f, ok := p.ids[personID]; ok && p.name == name {
			return f.example
		}
	}
	switch name {
	case console:
		return "ana"
	case mail:
		return "ana@example.com"
	}
	return "'+5491112345678'"
}
