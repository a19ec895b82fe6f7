"""The JSON schema of a model of config keys, for editors, messages and the table of the keys."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

Schema = dict[str, Any]


class Plain(GenerateJsonSchema):
    """A generator of schemas as short as hand-written ones."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Return False: the key serves as the title."""
        return False

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """Return the schema of a section without its class name and docstring, since fields have descriptions."""
        generated = super().model_schema(schema)
        return {name: value for name, value in generated.items() if name not in ("title", "description")}

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Return the schema of an optional key without its default, since defaults are in config.yaml."""
        return self.generate_inner(schema["schema"])

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """Return the schema of a nullable value as one with two types."""
        inner = self.generate_inner(schema["schema"])
        return {**inner, "type": [inner["type"], "null"]}

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """Return the schema of a mapping that rejects invalid names, unlike pydantic's."""
        generated = super().dict_schema(schema)
        for pattern, values in generated.pop("patternProperties", {}).items():
            generated["propertyNames"]["pattern"] = pattern
            generated["additionalProperties"] = values
        return generated


class Partial(Plain):
    """A generator of schemas for a file that overrides the default config: no key is required."""

    def field_is_required(self, field: Any, total: bool) -> bool:
        """Return False: the default config states all keys that a file omits."""
        return False


def shape(model: type[BaseModel], generator: type[GenerateJsonSchema] = Plain) -> Schema:
    """Return the JSON schema of a model, without references."""
    generated = model.model_json_schema(schema_generator=generator)
    definitions = generated.pop("$defs", {})
    schema: Schema = inline(generated, definitions)
    return schema


def inline(part: Any, definitions: Mapping[str, Any]) -> Any:
    """Return a part of a schema with each reference replaced by its definition."""
    if isinstance(part, list):
        return [inline(item, definitions) for item in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        name = part["$ref"].rpartition("/")[2]
        part = {**definitions[name], **{key: value for key, value in part.items() if key != "$ref"}}
    return {key: inline(value, definitions) for key, value in part.items()}
