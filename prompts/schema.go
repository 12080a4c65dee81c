package prompts

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"sereno/bot"
)

// schema is JSON Schema as far as endpoints that hold the model to one know it:
// every property is required and nothing else may be there.
type schema map[string]any

func object(properties map[string]schema) schema {
	var required []string
	for name := range properties {
		required = append(required, name)
	}
	return schema{"type": "object", "properties": properties, "required": required, "additionalProperties": false}
}

func words() schema { return schema{"type": "string"} }

func oneOf[T ~string](values ...T) schema { return schema{"type": "string", "enum": values} }

func list(of schema, least, most int) schema {
	return schema{"type": "array", "items": of, "minItems": least, "maxItems": most}
}

func (s schema) MarshalJSON() ([]byte, error) { return json.Marshal(map[string]any(s)) }

// check reads an answer into v when it is JSON and fits the schema.
func (s schema) check(answer string, v any) error {
	data := []byte(bare(answer))
	instance, err := jsonschema.UnmarshalJSON(strings.NewReader(string(data)))
	if err != nil {
		return failed(bot.CallInvalid, "it is not one JSON document")
	}
	compiled, err := s.compile()
	if err != nil {
		return err
	}
	var wrong *jsonschema.ValidationError
	if err := compiled.Validate(instance); errors.As(err, &wrong) {
		return failed(bot.CallInvalid, "it does not fit the schema at /%s", strings.Join(place(wrong), "/"))
	} else if err != nil {
		return failed(bot.CallInvalid, "it does not fit the schema")
	}
	if err := json.Unmarshal(data, v); err != nil {
		return failed(bot.CallInvalid, "it does not fit the schema")
	}
	return nil
}

func (s schema) compile() (*jsonschema.Schema, error) {
	data, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(data)))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("answer.json", doc); err != nil {
		return nil, err
	}
	return c.Compile("answer.json")
}

// place is where the deepest mistake is. Only names of our own schema and numbers
// are told: others are the model's words.
func place(e *jsonschema.ValidationError) []string {
	for len(e.Causes) > 0 {
		e = e.Causes[0]
	}
	var out []string
	for _, step := range e.InstanceLocation {
		if len(step) > 20 || strings.Trim(step, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
			step = "…"
		}
		out = append(out, step)
	}
	return out
}

// bare is the answer without what models wrap one in: their thoughts before it and
// a fence of Markdown around it.
func bare(answer string) string {
	if _, after, ok := strings.Cut(answer, "</think>"); ok {
		answer = after
	}
	answer = strings.TrimSpace(answer)
	if rest, ok := strings.CutPrefix(answer, "```"); ok {
		rest = strings.TrimPrefix(rest, "json")
		answer = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "```"))
	}
	return answer
}
