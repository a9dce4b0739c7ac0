def text(results, context):
    return ""
