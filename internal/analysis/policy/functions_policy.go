package policy

func policyFunctions() []function { return nil }
