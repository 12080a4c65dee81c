package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"sereno/bot"
)

// What Discord takes of commands
// (https://docs.discord.com/developers/interactions/application-commands).
const (
	maxCommands    = 100
	maxOptionsEach = 25
	maxAbout       = 100
	maxMenuName    = 32
	maxChoices     = 25
	maxChoice      = 100
	// maxCommand is how many characters the names, descriptions and choices of one
	// command may have together; of each, those of its longest language count.
	maxCommand = 4000
)

// The types of commands and options.
const (
	chatCommand    = 1
	messageCommand = 3
	subcommand     = 1
	group          = 2
	stringOption   = 3
)

// Commands are what people can type, and what they can choose in a message's
// menu, each in one or more languages.
type Commands struct {
	// Language is that of whoever's Discord speaks none of the others: "es" or "en".
	Language string
	// Specs are the commands by language; all have the same names, verbs and arguments.
	Specs map[string][]bot.CommandSpec
	// OpenName is what people read in a message's menu to open an incident, at most
	// 32 characters, by language.
	OpenName map[string]string
}

// locales are the languages as Discord names them
// (https://docs.discord.com/developers/reference#locales).
var locales = map[string][]string{"es": {"es-ES", "es-419"}, "en": {"en-US", "en-GB"}}

// command is a command, a verb or an argument as it is registered. Fields are
// what Discord gives back of them, so that the two can be compared.
type command struct {
	Type         int               `json:"type"`
	Name         string            `json:"name"`
	Names        map[string]string `json:"name_localizations,omitempty"`
	Description  string            `json:"description,omitempty"`
	Descriptions map[string]string `json:"description_localizations,omitempty"`
	Required     bool              `json:"required,omitempty"`
	Autocomplete bool              `json:"autocomplete,omitempty"`
	Choices      []choice          `json:"choices,omitempty"`
	Options      []command         `json:"options,omitempty"`
}

type choice struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

var commandName = regexp.MustCompile(`^[-_'\p{L}\p{N}]{1,32}$`)

// Manifest is what Discord must be told about the commands, as the JSON that
// is registered. All that Discord would refuse in it is reported at once.
func Manifest(c Commands) ([]byte, error) {
	all, err := c.registration()
	if err != nil {
		return nil, fmt.Errorf("discord manifest: %w", err)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(all); err != nil {
		return nil, fmt.Errorf("discord manifest: %w", err)
	}
	return b.Bytes(), nil
}

// Apply registers the commands if Discord has others: for the configured
// server, where they are known at once, else for all. It answers whether it
// changed anything.
func (a *Adapter) Apply(ctx context.Context) (changed bool, err error) {
	want, err := a.specs.registration()
	if err != nil {
		return false, fmt.Errorf("discord commands: %w", err)
	}
	same, path, err := a.registered(ctx, want)
	if same || err != nil {
		return false, err
	}
	if err := a.call(ctx, request{method: http.MethodPut, path: path, body: want}, nil); err != nil {
		return false, fmt.Errorf("register the commands: %w", explained(err))
	}
	return true, nil
}

// registered reports whether Discord has just these commands, and where they are.
func (a *Adapter) registered(ctx context.Context, want []command) (same bool, path string, err error) {
	me, err := a.whoAmI(ctx)
	if err != nil {
		return false, "", fmt.Errorf("ask who the bot is: %w", err)
	}
	path = "/applications/" + me.app + "/commands"
	if a.config.Guild != "" {
		path = "/applications/" + me.app + "/guilds/" + a.config.Guild + "/commands"
	}
	var have []command
	if err := a.get(ctx, path+"?with_localizations=true", &have); err != nil {
		return false, path, fmt.Errorf("read the registered commands: %w", explained(err))
	}
	order := func(x, y command) int {
		return strings.Compare(strconv.Itoa(x.Type)+x.Name, strconv.Itoa(y.Type)+y.Name)
	}
	slices.SortFunc(have, order)
	want = slices.Clone(want)
	slices.SortFunc(want, order)
	return reflect.DeepEqual(tidied(have), tidied(want)), path, nil
}

// tidied drops what says nothing: Discord leaves out, or fills in, what is empty.
func tidied(all []command) []command {
	if len(all) == 0 {
		return nil
	}
	out := slices.Clone(all)
	for i := range out {
		c := &out[i]
		if len(c.Names) == 0 {
			c.Names = nil
		}
		if len(c.Descriptions) == 0 {
			c.Descriptions = nil
		}
		if len(c.Choices) == 0 {
			c.Choices = nil
		}
		c.Options = tidied(c.Options)
	}
	return out
}

// registration is all that is registered.
func (c Commands) registration() ([]command, error) {
	specs := c.Specs[c.Language]
	if len(specs) == 0 || len(specs) > maxCommands {
		return nil, fmt.Errorf("there are %d commands in %q; discord takes 1 to %d", len(specs), c.Language, maxCommands)
	}
	var wrong []error
	var out []command
	for i, s := range specs {
		about := func(pick func(bot.CommandSpec) string) map[string]string {
			return c.each(func(all []bot.CommandSpec) string {
				if i >= len(all) {
					return ""
				}
				return pick(all[i])
			})
		}
		one := command{Type: chatCommand, Name: s.Name}
		one.describe(about(func(s bot.CommandSpec) string { return s.Summary }), c.Language)
		for v, verb := range s.Verbs {
			o := command{Type: subcommand, Name: verb.Name}
			o.describe(about(func(s bot.CommandSpec) string { return at(s.Verbs, v).Summary }), c.Language)
			o.Options = arguments(verb.Args, c.Language, func(n int) map[string]string {
				return about(func(s bot.CommandSpec) string { return at(at(s.Verbs, v).Args, n).Summary })
			})
			one.place(o, verb.Group, func(g int) map[string]string {
				return about(func(s bot.CommandSpec) string { return at(s.Groups, g).Summary })
			}, s.Groups, c.Language)
		}
		if len(s.Verbs) == 0 {
			one.Options = arguments(s.Args, c.Language, func(n int) map[string]string {
				return about(func(s bot.CommandSpec) string { return at(s.Args, n).Summary })
			})
		}
		wrong = append(wrong, one.check("/"+one.Name)...)
		out = append(out, one)
	}
	if name := c.OpenName[c.Language]; name != "" {
		one := command{Type: messageCommand, Name: name}
		for lang, name := range c.OpenName {
			if length(name) > maxMenuName || name == "" {
				wrong = append(wrong, fmt.Errorf("the message command %q must have 1 to %d characters", name, maxMenuName))
			}
			one.Names = localized(one.Names, lang, c.Language, name)
		}
		out = append(out, one)
	}
	return out, errors.Join(wrong...)
}

// place puts a verb into its group, which is described when it is first met, or
// beside the groups where it has none.
func (o *command) place(verb command, in string, about func(g int) map[string]string, groups []bot.GroupSpec, language string) {
	if in == "" {
		o.Options = append(o.Options, verb)
		return
	}
	n := slices.IndexFunc(o.Options, func(x command) bool { return x.Type == group && x.Name == in })
	if n < 0 {
		one := command{Type: group, Name: in}
		one.describe(about(slices.IndexFunc(groups, func(g bot.GroupSpec) bool { return g.Name == in })), language)
		n, o.Options = len(o.Options), append(o.Options, one)
	}
	o.Options[n].Options = append(o.Options[n].Options, verb)
}

// at is an element, or the zero one where a language has fewer.
func at[T any](all []T, i int) (zero T) {
	if i >= 0 && i < len(all) {
		return all[i]
	}
	return zero
}

// each asks for something in each language.
func (c Commands) each(pick func([]bot.CommandSpec) string) map[string]string {
	out := map[string]string{}
	for lang, all := range c.Specs {
		out[lang] = pick(all)
	}
	return out
}

// describe says what it is, in every language. What is longer than Discord
// takes is cut.
func (o *command) describe(words map[string]string, language string) {
	o.Description = cut(firstOf(oneLine(words[language]), o.Name), maxAbout)
	for lang, text := range words {
		if text = cut(oneLine(text), maxAbout); text != "" {
			o.Descriptions = localized(o.Descriptions, lang, language, text)
		}
	}
}

// localized notes a text in another language than the common one.
func localized(all map[string]string, lang, language, text string) map[string]string {
	if lang == language {
		return all
	}
	if all == nil {
		all = map[string]string{}
	}
	for _, locale := range locales[lang] {
		all[locale] = text
	}
	return all
}

// arguments are the arguments as options: those that are required first, as
// Discord wants, though in a line that is typed an optional one may stand before them.
func arguments(args []bot.ArgSpec, language string, about func(i int) map[string]string) []command {
	var required, optional []command
	for i, arg := range args {
		o := command{Type: stringOption, Name: arg.Name, Required: !arg.Optional}
		o.describe(about(i), language)
		switch arg.Kind {
		case bot.ArgChoice:
			for _, c := range arg.Choices {
				o.Choices = append(o.Choices, choice{cut(firstOf(oneLine(c.Label), c.Value), maxChoice), c.Value})
			}
		case bot.ArgIncident, bot.ArgPerson, bot.ArgTeam, bot.ArgArticle, bot.ArgArticleID:
			o.Autocomplete = true
		}
		if o.Required {
			required = append(required, o)
		} else {
			optional = append(optional, o)
		}
	}
	return append(required, optional...)
}

// size is how many characters count of it and of what is under it.
func (o *command) size() int {
	n := longest(o.Name, o.Names) + longest(o.Description, o.Descriptions)
	for _, c := range o.Choices {
		n += length(c.Name) + length(c.Value)
	}
	for i := range o.Options {
		n += o.Options[i].size()
	}
	return n
}

// longest is the length of a text in the language in which it is longest.
func longest(common string, others map[string]string) int {
	n := length(common)
	for _, s := range others {
		n = max(n, length(s))
	}
	return n
}

// check finds what Discord would refuse.
func (o *command) check(what string) []error {
	var wrong []error
	if o.Type == chatCommand && what == "/"+o.Name && o.size() > maxCommand {
		wrong = append(wrong, fmt.Errorf("%s: its names, descriptions and choices have %d characters together, discord takes %d", what, o.size(), maxCommand))
	}
	if !commandName.MatchString(o.Name) || strings.ToLower(o.Name) != o.Name {
		wrong = append(wrong, fmt.Errorf("%s: a name has 1 to 32 lower-case letters, digits, - and _, not %q", what, o.Name))
	}
	if len(o.Options) > maxOptionsEach {
		wrong = append(wrong, fmt.Errorf("%s has %d verbs or arguments, discord takes %d", what, len(o.Options), maxOptionsEach))
	}
	if len(o.Choices) > maxChoices {
		wrong = append(wrong, fmt.Errorf("%s has %d choices, discord takes %d", what, len(o.Choices), maxChoices))
	}
	for _, c := range o.Choices {
		if c.Value == "" || length(c.Value) > maxChoice {
			wrong = append(wrong, fmt.Errorf("%s: the choice %q has no value or too long a one", what, c.Name))
		}
	}
	seen := map[string]bool{}
	for i := range o.Options {
		name := o.Options[i].Name
		if seen[name] {
			wrong = append(wrong, fmt.Errorf("%s has %q twice", what, name))
		}
		seen[name] = true
		wrong = append(wrong, o.Options[i].check(what+" "+name)...)
	}
	return wrong
}

// spec finds what was declared of a command, with its verb if options name one.
func (c Commands) spec(name string, options []option) (verb string, args []bot.ArgSpec, given []option) {
	given = options
	if len(options) == 1 && options[0].Type == group {
		options = options[0].Options
	}
	if len(options) == 1 && options[0].Type == subcommand {
		verb, given = options[0].Name, options[0].Options
	}
	for _, s := range c.Specs[c.Language] {
		if s.Name != name {
			continue
		}
		args = s.Args
		for _, v := range s.Verbs {
			if v.Name == verb {
				args = v.Args
			}
		}
	}
	return verb, args, given
}

// line is the command as somebody would type it: the arguments in the order in
// which they were declared, those that were not in the order in which they came.
func (c Commands) line(name string, options []option) string {
	verb, args, given := c.spec(name, options)
	words := []string{"/" + name}
	add := func(s string) {
		if s != "" {
			words = append(words, s)
		}
	}
	add(verb)
	for _, arg := range args {
		for _, o := range given {
			if o.Name == arg.Name {
				add(o.text())
			}
		}
	}
	for _, o := range given {
		if !slices.ContainsFunc(args, func(arg bot.ArgSpec) bool { return arg.Name == o.Name }) {
			add(o.text())
		}
	}
	return strings.Join(words, " ")
}

// focused is the argument that is being typed.
func (c Commands) focused(name string, options []option) (kind bot.ArgKind, typed string, ok bool) {
	_, args, given := c.spec(name, options)
	for _, o := range given {
		for _, arg := range args {
			if o.Focused && o.Name == arg.Name {
				return arg.Kind, o.text(), true
			}
		}
	}
	return "", "", false
}

// InviteURL is the address at which somebody who manages a server adds the bot
// to it, with just the permissions that it needs.
func InviteURL(app, guild string) string {
	q := url.Values{"client_id": {app}, "scope": {strings.Join(Scopes, " ")}, "permissions": {strconv.FormatUint(permissionSum(), 10)}}
	if guild != "" {
		q.Set("guild_id", guild)
	}
	return "https://discord.com/oauth2/authorize?" + q.Encode()
}

// InviteURL is the address at which this bot is added to a server.
func (a *Adapter) InviteURL(ctx context.Context) (string, error) {
	me, err := a.whoAmI(ctx)
	if err != nil {
		return "", fmt.Errorf("ask who the bot is: %w", err)
	}
	return InviteURL(me.app, a.config.Guild), nil
}
