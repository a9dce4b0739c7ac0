"""The functions that a C++ header declares outside of classes, read from its tokens (see check.py).

It is not a compiler: it knows the C++ that these headers are written in, and a macro is a word to it. Two
declarations are one function if namespace, name and parameter types are spelt alike."""

import re

TOKEN = re.compile(r"[A-Za-z_]\w*|::|->|\[\[|\]\]|[^\s\w]|\d[\w.']*")
NOT_FUNCTIONS = {"using", "typedef", "static_assert", "struct", "class", "enum", "union", "concept", "friend"}


def without_noise(text):
    """The text without comments, literals and directives, of the same lines."""
    def blank(found):
        return (" " if found[0].startswith(("/", "#")) else '""') + "\n" * found[0].count("\n")
    pattern = (r'//(?:[^\\\n]|\\.)*|/\*.*?\*/|R"([^()\\\s]*)\(.*?\)\1"|"(?:[^"\\\n]|\\.)*"'
               r"|(?<![0-9A-Fa-f])'(?:[^'\\\n]|\\.)+'|^[ \t]*\#(?:[^\\\n]|\\\n|\\.)*")  # fmt: skip
    return re.sub(pattern, blank, text, flags=re.S | re.M)


def tokens_of(text):
    text = without_noise(text)
    return [(found[0], text.count("\n", 0, found.start()) + 1) for found in TOKEN.finditer(text)]


def functions_of(text):
    """[(line, "namespace::name(types)")] of the functions declared or defined at namespace scope."""
    found, scopes, statement, depth, skipped = [], [], [], 0, 0
    for word, line in tokens_of(text):
        if skipped:
            skipped += (word == "{") - (word == "}")
            if skipped == 0 and function_name(statement):
                note(found, scopes, statement)
                statement = []
            continue
        depth += (word == "(") - (word == ")")
        if word == "{" and depth == 0:
            words = [one for one, _ in statement]
            if "namespace" in words[:3]:
                scopes.append("::".join(one for one in words if one not in ("inline", "namespace", "::")))
                statement = []
            elif words[:1] == ["extern"] and "(" not in words:
                scopes.append("")
                statement = []
            else:
                skipped = 1
        elif word == "}" and depth == 0:
            if scopes:
                scopes.pop()
            statement = []
        elif word == ";" and depth == 0:
            note(found, scopes, statement)
            statement = []
        else:
            if word == "{":  # braces in parentheses: a default argument
                skipped_word = (word, line)
                statement.append(skipped_word)
                continue
            statement.append((word, line))
    return found


def note(found, scopes, statement):
    name = function_name(statement)
    if name:
        spelt, line, start = name
        scope = "::".join(one for one in scopes if one)
        found.append((line, f"{scope}::{spelt}({', '.join(parameter_types(statement[start:]))})"))


def without_heads(statement):
    """The statement without attributes and the template head."""
    words, index = list(statement), 0
    while index < len(words):
        if words[index][0] == "[[":
            end = next((i for i in range(index, len(words)) if words[i][0] == "]]"), len(words))
            del words[index:end + 1]
        elif words[index][0] == "template" and index + 1 < len(words) and words[index + 1][0] == "<":
            angle, end = 0, index + 1
            while end < len(words):
                angle += (words[end][0] == "<") - (words[end][0] == ">")
                if angle == 0:
                    break
                end += 1
            del words[index:end + 1]
        else:
            index += 1
    return words


def function_name(statement):
    """(name, line, index of the opening parenthesis in `statement`) or None."""
    words = without_heads(statement)
    if not words or words[0][0] in NOT_FUNCTIONS:
        return None
    angle = 0
    for index, (word, line) in enumerate(words):
        if word == "operator":
            opened = next((i for i in range(index + 2, len(words)) if words[i][0] == "("), None)
            if opened is None:
                return None
            return "".join(one for one, _ in words[index:opened]), line, place_of(statement, words[opened])
        angle += (word == "<") - (word == ">")
        if angle == 0 and word == "=":
            return None
        if angle == 0 and word == "(":
            before = words[index - 1][0] if index else ""
            if index < 2 or not re.fullmatch(r"[A-Za-z_]\w*", before):
                return None
            start = index - 1
            while start >= 2 and words[start - 1][0] == "::":
                start -= 2
            return "".join(one for one, _ in words[start:index]), line, place_of(statement, words[index])
    return None


def place_of(statement, entry):
    return next(index for index, one in enumerate(statement) if one is entry)


def parameter_types(words):
    """The types between the parentheses that `words` begin with: no names, no default values."""
    parameters, current, depth, angle = [], [], 0, 0
    for word, _ in words:
        opens = (word in "([{") - (word in ")]}")
        depth += opens
        angle += (word == "<") - (word == ">")
        if depth == 0:
            break
        if depth == 1 and opens == 1 and not current and not parameters and word == "(":
            continue
        if word == "," and depth == 1 and angle == 0:
            parameters.append(current)
            current = []
        else:
            current.append(word)
    if current:
        parameters.append(current)
    return [type_of(parameter) for parameter in parameters]


def type_of(parameter):
    if "=" in parameter:
        parameter = parameter[:parameter.index("=")]
    is_word = [re.fullmatch(r"[A-Za-z_]\w*", word) is not None for word in parameter]
    keyword = {"int", "char", "bool", "unsigned", "long", "short", "double", "float", "const", "auto", "void"}
    if len(parameter) > 1 and is_word[-1] and parameter[-1] not in keyword and parameter[-2] not in ("::", "const"):
        parameter = parameter[:-1]
    return " ".join(parameter)
