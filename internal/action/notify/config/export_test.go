package config

// SettingsOf returns the settings of a type, sorted.
func SettingsOf(name string) []string { return sorted(types[name].settings) }
