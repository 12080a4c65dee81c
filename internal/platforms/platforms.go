// Package platforms knows every chat platform that the bot can be connected to:
// how the configuration connects it, what it must be told about the bot, and in
// which words its problems are told. A new platform is a file here and a line in
// All; see docs/adapters.md.
package platforms

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"reflect"
	"slices"

	"sereno/adapters/links"
	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/config"
)

// All are the platforms, in the order in which they are shown, but for the
// notifiers, whose names are the configuration's.
var All = []*Platform{slackPlatform, discordPlatform, mattermostPlatform, mailPlatform}

// Platform is one of them.
type Platform struct {
	// Name is that of its adapter and of its section in the configuration, Title
	// what people call it.
	Name, Title string
	// Settings is what the configuration connects it with, nil when it does not.
	Settings func(*config.Config) any
	// Connect makes the adapter. It calls nobody.
	Connect func(*config.Config, Options) (Connection, error)
	// Manifest makes a command's request for what the platform must be told; nil
	// where it need not be told anything.
	Manifest func() Manifest
	// Note is what the summary of a check says beside the title: "socket mode".
	// There may be none.
	Note func(*config.Config, company.Lang) string
	// words are the sentences of its problems by their code, where they are its own.
	words map[string]sentence
	// asks is what a check says that it asks, where that is not the token, the
	// channels and the people.
	asks *sentence
	// path is Path, where that is not made of the name.
	path string
}

// Options are what every adapter is given.
type Options struct {
	Logger *slog.Logger
	// Client makes the HTTP calls; the adapter's own when nil.
	Client *http.Client
	// Acting reports whether a reaction's short name stands for an action.
	Acting func(reaction string) bool
	// Company is the one in force now; the configuration's when nil.
	Company func() *company.Company
	// Groups lists the user groups and roles of the platform that teams have now;
	// none when nil.
	Groups func() []string
	// Workspace reports whether a workspace of the platform is a customer's now;
	// none is when nil.
	Workspace func(id string) bool
	// Commands are what people can type, in the language; Lang is the company's.
	Commands func(company.Lang) []bot.CommandSpec
	Lang     company.Lang
	// Links make the links of what goes only one way; there are none when nil.
	Links *links.Links
	// Delivery finds one of ours by its id, for reports on it; none are taken when nil.
	Delivery func(ctx context.Context, id int64) (*bot.Delivery, error)
}

// Connection is a platform that is connected.
type Connection struct {
	Adapter bot.Adapter
	// Handler answers what the platform calls under its Path; nil when it calls nobody.
	Handler http.Handler
	// Apply tells the platform of the commands, if it knows others, and answers
	// whether it changed anything; nil where people do that by hand.
	Apply func(ctx context.Context) (changed bool, err error)
	// Check asks the platform whether the bot can work there. It changes nothing.
	Check func(ctx context.Context, channels, people []string) []Problem
}

// Path is where the platform calls us, under our address.
func (p *Platform) Path() string { return cmp.Or(p.path, "/"+p.Name+"/") }

// Connected lists the platforms that the configuration connects.
func Connected(c *config.Config) []*Platform {
	return slices.DeleteFunc(append(slices.Clone(All), notifiers(c)...), func(p *Platform) bool { return !p.Connected(c) })
}

// Connected reports whether the configuration connects the platform.
func (p *Platform) Connected(c *config.Config) bool {
	s := p.Settings(c)
	return s != nil && !reflect.ValueOf(s).IsNil()
}

// Same reports whether two configurations connect the same platforms with the
// same settings.
func Same(a, b *config.Config) bool {
	for _, p := range All {
		if !reflect.DeepEqual(p.Settings(a), p.Settings(b)) {
			return false
		}
	}
	return sameNotifiers(a, b)
}

// Presence is what the company has on a platform.
type Presence struct{ Channels, People []string }

// On lists the channels and people that the configuration has on the platform.
func On(c *company.Company, platform string) Presence {
	var out Presence
	add := func(in []company.ChannelID) {
		for _, ch := range in {
			if ch.Platform == platform && !slices.Contains(out.Channels, ch.ID) {
				out.Channels = append(out.Channels, ch.ID)
			}
		}
	}
	for _, x := range c.Customers {
		add(x.Channels)
	}
	for _, t := range c.Teams {
		add(t.Channels)
	}
	add(c.QualityChannels)
	for _, p := range c.People {
		if id := p.Identities[platform]; id != "" {
			out.People = append(out.People, id)
		}
	}
	return out
}

// Unconnected lists the platforms on which there are channels, and that nothing
// connects: nobody is heard there.
func Unconnected(c *config.Config) []*Platform {
	return slices.DeleteFunc(slices.Clone(All), func(p *Platform) bool {
		return p.Connected(c) || len(On(c.Company, p.Name).Channels) == 0
	})
}
