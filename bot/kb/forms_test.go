package kb

import "testing"

// People write as they speak, in a hurry, with and without accents.
func TestOneQuestionInManyForms(t *testing.T) {
	articles := []*Article{
		{ID: "ora", Title: "Error ORA-01017 al iniciar sesión", Language: "es", Text: "La contraseña del usuario de la base venció. Renovala en la consola."},
		{ID: "cierre", Title: "Cómo configurar el cierre de caja", Language: "es", Text: "Entrá en Configuración, elegí la terminal y confirmá el horario."},
		{ID: "garantia", Title: "Garantía de los equipos", Language: "es", Text: "La garantía cubre doce meses desde la instalación."},
		{ID: "http", Title: "HTTP 500 en la API de pagos", Language: "es", Text: "Reintenten con la misma clave de idempotencia."},
	}
	ix, err := NewIndex(articles, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"nos da ORA-01017":                        "ora",
		"error ora 01017 en la base":              "ora",
		"ORA-01017!!!":                            "ora",
		"¿cómo configuro el cierre de caja?":      "cierre",
		"como configuras el cierre de la caja":    "cierre",
		"cómo configurás el cierre de caja":       "cierre",
		"no puedo confiugrar el cierre de caja":   "cierre",
		"cuanto dura la garantia de los equipos":  "garantia",
		"CUÁNTO DURA LA GARANTÍA DE LOS EQUIPOS?": "garantia",
		"HTTP 500":                        "http",
		"la api de pagos devuelve un 500": "http",
	} {
		if got := ix.Suggest(Query{Text: text, Language: "es", Customer: "acme"}); len(got) == 0 || got[0].Article.ID != want {
			t.Errorf("%q: got %v, want %s", text, brief(got), want)
		}
	}
	for _, text := range []string{"ORA-12541", "HTTP 404 en el sitio", "¿cuándo es el asado?"} {
		if got := ix.Suggest(Query{Text: text, Language: "es", Customer: "acme"}); len(got) > 0 {
			t.Errorf("%q: got %v", text, brief(got))
		}
	}
}
