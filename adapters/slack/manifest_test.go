package slack

import (
	"encoding/json"
	"strings"
	"testing"

	"sereno/bot"
)

var spanish = ManifestOptions{
	Name: "Sereno", Description: "Atiende los incidentes de los clientes.",
	ShortcutName: "Abrir un incidente", ShortcutDescription: "Abre un incidente con este mensaje.",
	ReportName: "Reportar un incidente", ReportDescription: "Abre un formulario.",
}

var incidentCommand = bot.CommandSpec{Name: "incident", Summary: "Trabajar con incidentes", Usage: "take|resolve|… INC-1"}

func TestTheManifestSaysAllThatSlackMustKnow(t *testing.T) {
	for _, mode := range []Mode{Socket, HTTP} {
		t.Run(string(mode), func(t *testing.T) {
			o := spanish
			o.Mode, o.BaseURL = mode, "https://sereno.example.com/"
			data, err := Manifest([]bot.CommandSpec{incidentCommand, {Name: "report", Summary: "El indicador"}}, o)
			if err != nil {
				t.Fatal(err)
			}
			var m struct {
				Features struct {
					Commands []struct {
						Command, URL, Description string
						Hint                      string `json:"usage_hint"`
						Escape                    bool   `json:"should_escape"`
					} `json:"slash_commands"`
					Shortcuts []struct {
						Name, Type string
						Callback   string `json:"callback_id"`
					}
				}
				OAuth struct{ Scopes struct{ Bot []string } } `json:"oauth_config"`
				Set   struct {
					Socket bool `json:"socket_mode_enabled"`
					Events struct {
						URL string   `json:"request_url"`
						Bot []string `json:"bot_events"`
					} `json:"event_subscriptions"`
					Interactivity struct {
						Enabled bool   `json:"is_enabled"`
						URL     string `json:"request_url"`
					}
				} `json:"settings"`
			}
			if err := json.Unmarshal(data, &m); err != nil {
				t.Fatal(err)
			}
			base := ""
			if mode == HTTP {
				base = "https://sereno.example.com"
			}
			at := func(path string) string {
				if base == "" {
					return ""
				}
				return base + path
			}
			c := m.Features.Commands
			if len(c) != 2 || c[0].Command != "/incident" || c[0].Hint != incidentCommand.Usage || !c[0].Escape || c[0].URL != at(CommandsPath) {
				t.Errorf("the commands are %+v", c)
			}
			if s := m.Features.Shortcuts; len(s) != 2 || s[0].Callback != Shortcut || s[0].Type != "message" || s[0].Name != "Abrir un incidente" ||
				s[1].Callback != GlobalShortcut || s[1].Type != "global" || s[1].Name != "Reportar un incidente" {
				t.Errorf("the shortcuts are %+v", s)
			}
			if len(m.OAuth.Scopes.Bot) != len(Scopes) || len(m.Set.Events.Bot) != len(Subscriptions) {
				t.Errorf("scopes %v, events %v", m.OAuth.Scopes.Bot, m.Set.Events.Bot)
			}
			if m.Set.Socket != (mode == Socket) || m.Set.Events.URL != at(EventsPath) || m.Set.Interactivity.URL != at(InteractionsPath) || !m.Set.Interactivity.Enabled {
				t.Errorf("the settings are %+v", m.Set)
			}
			checkSchema(t, data)
		})
	}
}

// checkSchema holds the manifest against the keys that Slack's schema (version
// 2 of github.com/slackapi/manifest-schema) knows: it refuses any other.
func checkSchema(t *testing.T, data []byte) {
	t.Helper()
	known := map[string]string{
		"":                             "_metadata display_information features oauth_config settings",
		"_metadata":                    "major_version",
		"display_information":          "name description",
		"features":                     "app_home bot_user shortcuts slash_commands",
		"features.app_home":            "home_tab_enabled messages_tab_enabled",
		"features.bot_user":            "display_name always_online",
		"oauth_config":                 "scopes",
		"oauth_config.scopes":          "bot",
		"settings":                     "event_subscriptions interactivity org_deploy_enabled socket_mode_enabled",
		"settings.event_subscriptions": "request_url bot_events",
		"settings.interactivity":       "is_enabled request_url",
	}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		object, ok := v.(map[string]any)
		if !ok {
			return
		}
		for key, x := range object {
			if !strings.Contains(" "+known[path]+" ", " "+key+" ") {
				t.Errorf("%s.%s is not in the schema", path, key)
			}
			walk(strings.TrimPrefix(path+"."+key, "."), x)
		}
	}
	var m any
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	walk("", m)
}

func TestAManifestThatSlackWouldRefuseIsNotMade(t *testing.T) {
	for name, c := range map[string]struct {
		change   func(*ManifestOptions)
		commands []bot.CommandSpec
		want     string
	}{
		"no global shortcut":            {change: func(o *ManifestOptions) { o.ReportName = "" }, want: "global shortcut"},
		"no command":                    {commands: []bot.CommandSpec{}, want: "commands"},
		"too long a name":               {change: func(o *ManifestOptions) { o.Name = strings.Repeat("n", 36) }, want: "name"},
		"no description":                {change: func(o *ManifestOptions) { o.Description = "" }, want: "description"},
		"too long a shortcut":           {change: func(o *ManifestOptions) { o.ShortcutName = "Abrir un incidente con esto" }, want: "shortcut"},
		"a command with a capital":      {commands: []bot.CommandSpec{{Name: "Incident", Summary: "x"}}, want: "lower-case"},
		"a command without a summary":   {commands: []bot.CommandSpec{{Name: "incident"}}, want: "summary"},
		"a command twice":               {commands: []bot.CommandSpec{incidentCommand, incidentCommand}, want: "twice"},
		"http without an address":       {change: func(o *ManifestOptions) { o.Mode = HTTP }, want: "address"},
		"http over an insecure address": {change: func(o *ManifestOptions) { o.Mode, o.BaseURL = HTTP, "http://x.example" }, want: "address"},
		"an unknown mode":               {change: func(o *ManifestOptions) { o.Mode = "pigeon" }, want: "mode"},
	} {
		o, commands := spanish, c.commands
		if c.change != nil {
			c.change(&o)
		}
		if commands == nil {
			commands = []bot.CommandSpec{incidentCommand}
		}
		if _, err := Manifest(commands, o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEveryScopeAndEventSaysWhy(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range Scopes {
		if s.Name == "" || s.Why == "" || seen[s.Name] {
			t.Errorf("%+v", s)
		}
		seen[s.Name] = true
	}
	for _, s := range Subscriptions {
		if s.Name == "" || s.Why == "" {
			t.Errorf("%+v", s)
		}
	}
}

func TestAConfigurationThatCannotWorkIsRefusedWhole(t *testing.T) {
	for name, c := range map[string]struct {
		c    Config
		want []string
	}{
		"nothing":              {Config{}, []string{"bot token", "app token"}},
		"http without secrets": {Config{Mode: HTTP}, []string{"bot token", "signing secret"}},
		"too many sockets":     {Config{BotToken: "x", AppToken: "x", Connections: 11}, []string{"1 to 10"}},
		"an unknown mode":      {Config{BotToken: "x", Mode: "rtm"}, []string{"mode"}},
		"no address":           {Config{BotToken: "x", AppToken: "x", APIURL: "slack-gov.com"}, []string{"https://"}},
	} {
		_, err := New(c.c, Options{})
		for _, want := range c.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v does not speak of %s", name, err, want)
			}
		}
	}
	a, err := New(Config{BotToken: "x", AppToken: "x", APIURL: "https://slack-gov.com/api"}, Options{})
	if err != nil || a.config.APIURL != "https://slack-gov.com/api/" || a.config.Connections != 2 || a.Platform() != "slack" {
		t.Errorf("%+v, %v", a, err)
	}
}
