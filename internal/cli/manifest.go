package cli

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"

	"sereno/bot/company"
	"sereno/bot/config"
	"sereno/bot/text"
	"sereno/commands"
	"sereno/internal/platforms"
)

func (p Process) manifest() *cobra.Command {
	c := &cobra.Command{
		Use:     "manifest",
		Short:   "Print what a platform must be told about the bot",
		Example: "  sereno manifest slack",
		Args:    nothingElse,
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	for _, on := range platforms.All {
		if on.Manifest == nil {
			continue
		}
		c.AddCommand(p.manifestOf(on))
	}
	return c
}

// manifestOf prints what the platform must be told, or tells it.
func (p Process) manifestOf(on *platforms.Platform) *cobra.Command {
	var path, lang string
	var apply bool
	m := on.Manifest()
	help := m.Help()
	applier, canApply := m.(platforms.Applier)
	c := &cobra.Command{
		Use: on.Name, Short: help.Short, Long: help.Long, Example: help.Example, Args: nothingElse,
		RunE: func(c *cobra.Command, _ []string) error {
			conf, err := p.manifestConfig(path, apply)
			if err != nil {
				return err
			}
			if apply && !on.Connected(conf) {
				return usage("cli.manifest.no_section", "path", path, "name", on.Name)
			}
			o := platforms.Options{Commands: commands.New().Specs}
			if o.Lang, err = p.manifestLang(lang, conf); err != nil {
				return err
			}
			if apply {
				o.Logger = slog.New(slog.NewTextHandler(c.ErrOrStderr(), nil))
				return applier.Apply(c.Context(), conf, o, c.OutOrStdout())
			}
			out, err := m.Text(conf, o)
			if err != nil {
				return usageError{err}
			}
			_, err = fmt.Fprintln(c.OutOrStdout(), strings.TrimSpace(out))
			return err
		},
	}
	f := c.Flags()
	m.Flags(f)
	f.StringVar(&path, "config", "", "take from this configuration what is not said here")
	f.StringVar(&lang, "lang", "", "language of the texts, es or en; the configuration's or that of LANG when left out")
	if canApply {
		f.BoolVar(&apply, "apply", false, "tell the platform; needs --config, which has the token")
	}
	return c
}

// manifestConfig reads the configuration that was named, nil when none was.
// What is only printed needs no secrets.
func (p Process) manifestConfig(path string, secrets bool) (*config.Config, error) {
	switch {
	case path == "" && secrets:
		return nil, usage("cli.manifest.no_token")
	case path == "":
		return nil, nil
	}
	c, err := config.Load(path, p.Env)
	if !secrets && errors.As(err, new(config.Problems)) {
		return config.Load(path, p.Env, config.KeepReferences())
	}
	return c, err
}

// manifestLang is the language that was asked for, else the configuration's,
// else the environment's.
func (p Process) manifestLang(asked string, c *config.Config) (company.Lang, error) {
	lang := p.lang()
	switch {
	case asked != "":
		lang = company.Lang(asked)
	case c != nil:
		lang = c.Company.Language
	}
	if !platforms.Speaks(lang) {
		return "", usage("cli.no_language", "lang", text.Literal(string(lang)))
	}
	return lang, nil
}
