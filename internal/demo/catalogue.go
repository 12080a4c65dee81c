package demo

import (
	_ "embed"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"sereno/bot/company"
)

//go:embed es.yaml
var esYAML []byte

//go:embed en.yaml
var enYAML []byte

// words are the demo's own texts in one language; the bot's are in bot/text.
type words map[string]string

var catalogues = map[company.Lang]words{
	company.Spanish: readWords("es.yaml", esYAML),
	company.English: readWords("en.yaml", enYAML),
}

// readWords panics on a broken catalogue: it is part of the binary, and the
// tests read it first.
func readWords(name string, data []byte) words {
	var w words
	if err := yaml.Unmarshal(data, &w); err != nil {
		panic(fmt.Sprintf("catalogue %s: %v", name, err))
	}
	return w
}

// t is the text of the key; args are names and values in turn.
func (w words) t(key string, args ...string) string {
	text, ok := w[key]
	if !ok {
		return key
	}
	for i := 0; i+1 < len(args); i += 2 {
		args[i] = "{" + args[i] + "}"
	}
	return strings.NewReplacer(args...).Replace(text)
}

// Language reads the language of a locale as the environment names it
// ("es_AR.UTF-8"); English unless it is Spanish.
func Language(locale string) company.Lang {
	if strings.HasPrefix(strings.ToLower(locale), "es") {
		return company.Spanish
	}
	return company.English
}
