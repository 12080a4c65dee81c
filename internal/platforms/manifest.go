package platforms

import (
	"context"
	"io"

	"github.com/spf13/pflag"

	"sereno/bot/company"
	"sereno/bot/config"
)

// Manifest is a request for what a platform must be told about the bot.
type Manifest interface {
	Help() Help
	// Flags adds the flags that only this platform has.
	Flags(*pflag.FlagSet)
	// Text is what the platform must be told, without telling it; c is nil when no
	// configuration was named, and may be without its secrets.
	Text(c *config.Config, o Options) (string, error)
}

// Applier is a Manifest that the platform can be told by us.
type Applier interface {
	Manifest
	// Apply tells the platform, and says on out what it changed. It changes nothing
	// that is as it should be.
	Apply(ctx context.Context, c *config.Config, o Options, out io.Writer) error
}

// applied says what came of it.
func applied(lang company.Lang, changed bool) string {
	if changed {
		return sentence{"The commands are registered.\n", "Los comandos quedaron registrados.\n"}.in(lang)
	}
	return sentence{"The commands are registered already; nothing was changed.\n", "Los comandos ya estaban registrados; no se cambió nada.\n"}.in(lang)
}

// Help is how the command explains itself.
type Help struct{ Short, Long, Example string }

// about is what people read about the bot in a platform's own menus.
var about = map[company.Lang]struct{ app, open, openMeans, report, reportMeans string }{
	company.English: {
		"Incidents from the first message to the root cause",
		"Open an incident", "Makes an incident of this message",
		"Report an incident", "Opens a form for a new incident",
	},
	company.Spanish: {
		"Incidentes, del primer mensaje a la causa raíz",
		"Abrir un incidente", "Hace de este mensaje un incidente",
		"Reportar un incidente", "Abre un formulario para un incidente nuevo",
	},
}

// Speaks reports whether the manifests exist in the language.
func Speaks(lang company.Lang) bool {
	_, ok := about[lang]
	return ok
}
