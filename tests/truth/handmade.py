def modules():
    return {}
