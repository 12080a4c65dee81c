package slack

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	slackgo "github.com/slack-go/slack"

	"sereno/bot"
	"sereno/bot/text"
)

// ManifestOptions are what a manifest says besides the commands. Texts are in
// the company's language.
type ManifestOptions struct {
	// Name of the app and of the bot, at most 35 characters; "Sereno" when empty.
	Name string
	// Description of the app, at most 140 characters.
	Description string
	// ShortcutName is what people read in a message's menu ("Open an incident"), at
	// most 24 characters; ShortcutDescription explains it, at most 150.
	ShortcutName, ShortcutDescription string
	// ReportName and ReportDescription are those of the shortcut beside the message
	// field, which opens a form for a new incident ("Report an incident").
	ReportName, ReportDescription string
	// Mode is Socket when empty.
	Mode Mode
	// BaseURL is where Slack reaches us in HTTP mode: "https://sereno.example.com".
	BaseURL string
	// Org makes the app installable for a whole Enterprise organisation.
	Org bool
}

// Paths under the base address at which HTTP mode listens. One handler serves all.
const (
	EventsPath       = "/slack/events"
	CommandsPath     = "/slack/commands"
	InteractionsPath = "/slack/interactions"
)

var commandName = regexp.MustCompile(`^[\p{Ll}\p{Lo}\p{N}_-]{1,31}$`)

// Manifest is what Slack must be told about the app, as JSON to be pasted at
// api.slack.com/apps or sent to apps.manifest.create. All that Slack would
// refuse in it is reported at once.
// Source of the limits: github.com/slackapi/manifest-schema, version 2.
func Manifest(commands []bot.CommandSpec, o ManifestOptions) ([]byte, error) {
	o.Name = firstOf(o.Name, "Sereno")
	if o.Mode == "" {
		o.Mode = Socket
	}
	o.BaseURL = strings.TrimRight(o.BaseURL, "/")
	if err := o.check(commands); err != nil {
		return nil, fmt.Errorf("slack manifest: %w", err)
	}
	m := slackgo.Manifest{
		Metadata: slackgo.ManifestMetadata{MajorVersion: 2},
		Display:  slackgo.Display{Name: o.Name, Description: o.Description},
		Features: slackgo.Features{
			AppHome: slackgo.AppHome{HomeTabEnabled: true, MessagesTabEnabled: true},
			BotUser: slackgo.BotUser{DisplayName: o.Name, AlwaysOnline: true},
			Shortcuts: []slackgo.Shortcut{
				{Name: o.ShortcutName, Type: slackgo.MessageShortcut, CallbackID: Shortcut, Description: o.ShortcutDescription},
				{Name: o.ReportName, Type: slackgo.GlobalShortcut, CallbackID: GlobalShortcut, Description: o.ReportDescription},
			},
		},
		Settings: slackgo.Settings{
			EventSubscriptions: &slackgo.EventSubscriptions{},
			Interactivity:      &slackgo.Interactivity{IsEnabled: true},
			OrgDeployEnabled:   o.Org,
			SocketModeEnabled:  o.Mode == Socket,
		},
	}
	for _, c := range commands {
		m.Features.SlashCommands = append(m.Features.SlashCommands, slackgo.ManifestSlashCommand{
			Command: "/" + c.Name, Description: c.Summary, UsageHint: c.Usage,
			ShouldEscape: true, // people and channels come as ids, with names beside them
		})
	}
	for _, s := range Scopes {
		m.OAuthConfig.Scopes.Bot = append(m.OAuthConfig.Scopes.Bot, s.Name)
	}
	for _, s := range Subscriptions {
		m.Settings.EventSubscriptions.BotEvents = append(m.Settings.EventSubscriptions.BotEvents, s.Name)
	}
	if o.Mode == HTTP {
		m.Settings.EventSubscriptions.RequestUrl = o.BaseURL + EventsPath
		m.Settings.Interactivity.RequestUrl = o.BaseURL + InteractionsPath
		for i := range m.Features.SlashCommands {
			m.Features.SlashCommands[i].Url = o.BaseURL + CommandsPath
		}
	}
	return indent(m)
}

// indent writes the manifest as people read it; the library writes empty
// groups where it has no value, which Slack takes.
func indent(m slackgo.Manifest) ([]byte, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(m); err != nil {
		return nil, fmt.Errorf("slack manifest: %w", err)
	}
	return []byte(b.String()), nil
}

func (o *ManifestOptions) check(commands []bot.CommandSpec) error {
	var wrong []error
	length := func(what, s string, least, most int) {
		if n := len([]rune(s)); n < least || n > most {
			wrong = append(wrong, fmt.Errorf("%s must have %d to %d characters, not %d", what, least, most, n))
		}
	}
	length("the name", o.Name, 1, 35)
	length("the description", o.Description, 1, 140)
	length("the shortcut's name", o.ShortcutName, 1, 24)
	length("the shortcut's description", o.ShortcutDescription, 1, 150)
	length("the global shortcut's name", o.ReportName, 1, 24)
	length("the global shortcut's description", o.ReportDescription, 1, 150)
	if len(commands) == 0 || len(commands) > 50 {
		wrong = append(wrong, fmt.Errorf("slack takes 1 to 50 commands, not %d", len(commands)))
	}
	seen := map[string]bool{}
	for _, c := range commands {
		if !commandName.MatchString(c.Name) {
			wrong = append(wrong, fmt.Errorf("command %q: a name has 1 to 31 lower-case letters, digits, - and _", c.Name))
		}
		if seen[c.Name] {
			wrong = append(wrong, fmt.Errorf("command %q is there twice", c.Name))
		}
		seen[c.Name] = true
		length("the summary of /"+c.Name, c.Summary, 1, 2000)
		length("the usage of /"+c.Name, c.Usage, 0, 1000)
	}
	switch o.Mode {
	case Socket:
	case HTTP:
		if u, err := url.Parse(o.BaseURL); err != nil || u.Scheme != "https" || u.Host == "" {
			wrong = append(wrong, text.NewError("cli.manifest.no_url"))
		}
	default:
		wrong = append(wrong, text.NewError("cli.manifest.mode", "one", Socket, "other", HTTP, "mode", text.Literal(string(o.Mode))))
	}
	return errors.Join(wrong...)
}
